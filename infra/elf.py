"""Programs and libraries as they come from others, made to load where a part of what they ask for is missing.

What is taken away must never be called: a picture's reader opens no film, no web address and no encrypted archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29)}
"""What Amazon Linux 2023, on which Lambda's Python 3.13 runs, has."""
_WEAK_VERSION = 0x2
"""VER_FLG_WEAK: the loader goes on when the version is missing (glibc's `elf/dl-version.c`)."""
_WEAK_SYMBOL = 2
"""STB_WEAK: one nobody defines is null."""
_SYSTEM = "libc.so.6"


def needed(binary: Path) -> list[str]:
    """The libraries a program or library names as needed."""
    with binary.open("rb") as file:
        return [tag.needed for tag in _dynamic(ELFFile(file)) if tag.entry.d_tag == "DT_NEEDED"]


class Version(NamedTuple):
    """A version of a system library that a file asks for; where in the file the loader's flags for it stand."""

    library: str
    number: tuple[int, ...]
    flags_at: int
    weak: bool

    @property
    def too_new(self) -> bool:
        """Newer than Lambda's system has it."""
        return self.number > NEWEST[self.library]


def versions_of(binary: Path) -> Iterator[Version]:
    """The versions of the C and C++ libraries it asks for."""
    with binary.open("rb") as file:
        for asked in _asked(ELFFile(file)):
            library = asked.name.partition("_")[0]
            if library in NEWEST and (number := _number(asked.name)):
                yield Version(library, number, asked.at + 4, bool(asked.flags & _WEAK_VERSION))


def too_new(binary: Path) -> set[str]:
    """The functions and variables it wants of a newer C or C++ library than Lambda's."""
    with binary.open("rb") as file:
        elf = ELFFile(file)
        newer = {asked.index for asked in _asked(elf) if _is_newer(asked.name)}
        symbols, versions = elf.get_section_by_name(".dynsym"), elf.get_section_by_name(".gnu.version")
        if not isinstance(symbols, SymbolTableSection) or not isinstance(versions, GNUVerSymSection):
            return set()
        pairs = zip(symbols.iter_symbols(), versions.iter_symbols(), strict=True)
        return {symbol.name for symbol, version in pairs if version["ndx"] in newer}


def _is_newer(version: str) -> bool:
    newest = NEWEST.get(version.partition("_")[0])
    return newest is not None and _number(version) > newest


def loosen(binary: Path) -> None:
    """Let it load where a version is missing that only functions need which are never called here.

    Functions are bound when they are first called: libarchive wants `arc4random_buf` (glibc 2.36) to write encrypted
    archives only.
    """
    weak = _WEAK_VERSION.to_bytes(2, "little")
    _write(binary, [(version.flags_at, weak) for version in versions_of(binary) if version.too_new])


def cut(binary: Path, libraries: Mapping[str, Path]) -> None:
    """Let it load without these libraries, by the names it needs them by: what it has from them is null, and must not
    be called."""
    theirs = {name for library in libraries.values() for name in _defined(library)}
    with binary.open("rb") as file:
        elf = ELFFile(file)
        system = _strings(elf).index(b"\0" + _SYSTEM.encode() + b"\0") + 1
        names = set(libraries)
        changes = [*_needs_moved(elf, names, system), *_versions_moved(elf, names, system), *_weakened(elf, theirs)]
    _write(binary, changes)


def _needs_moved(elf: ELFFile, names: set[str], system: int) -> Iterator[tuple[int, bytes]]:
    """Each library's place in the list of those needed, given to the C library, which is needed anyway."""
    section = next(s for s in elf.iter_sections() if isinstance(s, DynamicSection))
    for n, tag in enumerate(section.iter_tags()):
        if tag.entry.d_tag == "DT_NEEDED" and tag.needed in names:
            yield section["sh_offset"] + n * section["sh_entsize"] + 8, system.to_bytes(8, "little")


def _versions_moved(elf: ELFFile, names: set[str], system: int) -> Iterator[tuple[int, bytes]]:
    """The versions wanted of them, made one of the C library's that is wanted anyway."""
    usual = min((asked for asked in _asked(elf) if asked.library == _SYSTEM), key=lambda asked: _number(asked.name))
    for asked in _asked(elf):
        if asked.library in names:
            yield asked.library_at, system.to_bytes(4, "little")
            yield asked.at, usual.hash.to_bytes(4, "little")
            yield asked.at + 8, usual.name_at.to_bytes(4, "little")


def _weakened(elf: ELFFile, theirs: set[str]) -> Iterator[tuple[int, bytes]]:
    """What only they define, allowed to be missing."""
    section = elf.get_section_by_name(".dynsym")
    assert isinstance(section, SymbolTableSection)
    for n, symbol in enumerate(section.iter_symbols()):
        if symbol["st_shndx"] == "SHN_UNDEF" and symbol.name in theirs:
            at = section["sh_offset"] + n * section["sh_entsize"] + 4
            elf.stream.seek(at)
            kind = elf.stream.read(1)[0] & 0xF
            yield at, bytes([_WEAK_SYMBOL << 4 | kind])


def _defined(library: Path) -> set[str]:
    with library.open("rb") as file:
        section = ELFFile(file).get_section_by_name(".dynsym")
        assert isinstance(section, SymbolTableSection)
        return {symbol.name for symbol in section.iter_symbols() if symbol["st_shndx"] != "SHN_UNDEF"}


class _Asked(NamedTuple):
    """A version a file wants of a library; where in the file that is told, and where the library's name."""

    library: str
    name: str
    library_at: int
    at: int
    hash: int
    flags: int
    index: int
    name_at: int


def _asked(elf: ELFFile) -> Iterator[_Asked]:
    for section in elf.iter_sections():
        if not isinstance(section, GNUVerNeedSection):
            continue
        at = section["sh_offset"]
        for library, versions in section.iter_versions():
            place = at + library["vn_aux"]
            for version in versions:
                told = (version["vna_hash"], version["vna_flags"], version["vna_other"], version["vna_name"])
                yield _Asked(library.name, version.name, at + 4, place, *told)
                place += version["vna_next"]
            at += library["vn_next"]


def _number(version: str) -> tuple[int, ...]:
    """(2, 34) of GLIBC_2.34; empty for one without."""
    number = version.partition("_")[2]
    return tuple(map(int, number.split("."))) if number.replace(".", "").isdigit() else ()


def _dynamic(elf: ELFFile) -> Iterator[object]:
    for section in elf.iter_sections():
        if isinstance(section, DynamicSection):
            yield from section.iter_tags()


def _strings(elf: ELFFile) -> bytes:
    section = elf.get_section_by_name(".dynstr")
    found: bytes = section.data()
    return found


def _write(binary: Path, changes: Sequence[tuple[int, bytes]]) -> None:
    with binary.open("r+b") as file:
        for at, data in changes:
            file.seek(at)
            file.write(data)
