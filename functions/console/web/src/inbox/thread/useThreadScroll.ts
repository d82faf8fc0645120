import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

interface Thread {
  /** The oldest and the newest thing on the page. */
  first: string | undefined;
  last: string | undefined;
  /** True where the newest thing was written here: then one wants to see it. */
  ownLast: boolean;
  /** True where older messages can be fetched now. */
  more: boolean;
  fetchMore: () => void;
}

/** Within so many pixels of the end one is at the end. */
const NEAR = 60;

/**
 * Keeps the place of who reads: at the end it stays at the end, elsewhere nothing moves, neither by what is added below nor by
 * older messages above.
 */
export function useThreadScroll({ first, last, ownLast, more, fetchMore }: Thread) {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const before = useRef({ first, last, height: 0 });
  const [atBottom, setAtBottom] = useState(true);
  const [newer, setNewer] = useState(0);
  const empty = first === undefined;

  const toBottom = useCallback(() => {
    const view = viewport.current;
    if (view === null) return;
    view.scrollTop = view.scrollHeight;
    stick.current = true;
    setNewer(0);
  }, []);

  useLayoutEffect(() => {
    const view = viewport.current;
    if (view === null) return;
    const known = before.current;
    if (first !== known.first && last === known.last && known.height > 0)
      view.scrollTop += view.scrollHeight - known.height;
    else if (stick.current || (ownLast && last !== known.last)) toBottom();
    else if (last !== known.last) setNewer((count) => count + 1);
    before.current = { first, last, height: view.scrollHeight };
  }, [first, last, ownLast, toBottom]);

  useEffect(() => {
    const view = viewport.current;
    const inside = content.current;
    if (view === null || inside === null) return;
    const scrolled = () => {
      const near = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
      stick.current = near;
      setAtBottom(near);
      if (near) setNewer(0);
    };
    // A picture, a longer composer, another width: the end stays in sight.
    const sizes = new ResizeObserver(() => {
      if (stick.current) view.scrollTop = view.scrollHeight;
      before.current.height = view.scrollHeight;
    });
    sizes.observe(inside);
    sizes.observe(view);
    view.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      sizes.disconnect();
      view.removeEventListener("scroll", scrolled);
    };
  }, [empty]);

  useEffect(() => {
    const mark = top.current;
    if (mark === null || !more) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) fetchMore();
      },
      { root: viewport.current, rootMargin: "300px" },
    );
    seen.observe(mark);
    return () => seen.disconnect();
  }, [more, fetchMore]);

  return { viewport, content, top, atBottom, newer, toBottom };
}
