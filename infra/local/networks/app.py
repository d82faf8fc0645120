"""The networks' protocols: `/graph/{version}/…` for Instagram and Facebook, `/tiktok/v2/…`; `/` is what people see."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from infra.local.networks.state import Fault, Networks, Prepared

Json = dict[str, Any]
_EXPIRED = (400, {"error": {"message": "The media has expired", "code": -2, "error_subcode": 2207020}})


class Refusal(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def create(networks: Networks) -> Starlette:
    """The server over this memory."""
    app = Starlette(
        routes=[
            Route("/", wall),
            Route("/_stand-in/posts", list_posts),
            Route("/_stand-in/faults", add_fault, methods=["POST"]),
            Route("/_stand-in", reset, methods=["DELETE"]),
            Route("/files/{name}", show_file),
            Route("/graph/{version}/{path:path}", graph, methods=["GET", "POST"]),
            Route("/tiktok/upload/{name}", upload, methods=["PUT"]),
            Route("/tiktok/{path:path}", tiktok, methods=["POST"]),
        ]
    )
    app.state.networks = networks
    return app


def _networks(request: Request) -> Networks:
    found: Networks = request.app.state.networks
    return found


async def _answer(request: Request, work: Callable[[], Json], denied: Json) -> Response:
    """Do the work of a call, or make the fault somebody asked for."""
    networks, path = _networks(request), request.url.path
    networks.address = str(request.base_url)
    networks.calls.append(f"{request.method} {path}")
    fault = networks.fault_for(path)
    if fault is not None and fault.unheard:
        return await _hang_up(request)
    if fault is not None and not fault.lost and not fault.done:
        return JSONResponse(fault.body, fault.status)
    known = path.endswith("/oauth/token/")  # who asks for a token has none
    if networks.token and not known and request.headers.get("authorization") != f"Bearer {networks.token}":
        return JSONResponse(denied, 401)
    try:
        answer = await asyncio.to_thread(_under_lock, networks, work)
    except Refusal as refusal:
        return JSONResponse(refusal.body, refusal.status)
    if fault is not None and fault.done:
        return JSONResponse(fault.body, fault.status)
    return await _hang_up(request) if fault is not None else JSONResponse(answer)


def _under_lock(networks: Networks, work: Callable[[], Json]) -> Json:
    with networks.lock:
        return work()


async def _hang_up(request: Request) -> Response:
    """Break the connection off in the middle of an answer."""

    class Broken(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-length", b"100")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})

    return Broken()


# -------------------------------------------------------------------------------------------------------------- Graph

_DENIED = {
    "error": {"message": "Error validating access token: Session has expired", "code": 190, "error_subcode": 463}
}


async def graph(request: Request) -> Response:
    """Instagram and Facebook."""
    networks, path = _networks(request), request.path_params["path"]
    form = {key: str(value) for key, value in (await request.form()).items()}
    given = dict(request.query_params) | form

    def work() -> Json:
        if path == "debug_token":
            return {"data": {"is_valid": True, "expires_at": 0}}
        node, _, edge = path.partition("/")
        if request.method == "GET":
            return _read(networks, node, edge, given)
        return _write(networks, node, edge, given)

    return await _answer(request, work, _DENIED)


def _read(networks: Networks, node: str, edge: str, given: Json) -> Json:
    match edge:
        case "content_publishing_limit":
            used = len([post for post in networks.of(node) if post.network == "instagram"])
            return {"data": [{"quota_usage": used, "config": {"quota_total": networks.quota, "quota_duration": 86400}}]}
        case "media":
            return {"data": [_media(post) for post in networks.of(node)[: int(given.get("limit", 25))]]}
        case "published_posts":
            return {"data": [{"id": post.id, "created_time": _stamp(post.at)} for post in networks.of(node)]}
    post = next((each for each in networks.posts if each.id == node), None)
    if post is not None:
        return _media(post)
    return _state(networks, _prepared(networks, node))


def _media(post: Any) -> Json:
    kind = {"image": "IMAGE", "carousel": "CAROUSEL_ALBUM", "video": "VIDEO"}.get(post.kind, "IMAGE")
    return {
        "id": post.id,
        "caption": post.text,
        "timestamp": _stamp(post.at),
        "permalink": post.permalink,
        "media_type": kind,
        "like_count": 0,
        "comments_count": 0,
    }


def _stamp(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S+0000"))


def _prepared(networks: Networks, node: str) -> Prepared:
    if node not in networks.prepared:
        raise Refusal(400, {"error": {"message": f"Object with ID '{node}' does not exist", "code": 100}})
    return networks.prepared[node]


def _state(networks: Networks, prepared: Prepared) -> Json:
    """What a container or an unpublished post says of itself."""
    public = bool(prepared.published_as)
    if public and prepared.stale > 0:
        prepared.stale -= 1
        public = False
    status = "PUBLISHED" if public else "EXPIRED" if networks.is_expired(prepared) else "FINISHED"
    if prepared.error:
        status = "ERROR"
    elif status == "FINISHED" and prepared.looks > 0:
        prepared.looks -= 1
        status = "IN_PROGRESS"
    video = {"FINISHED": "ready", "PUBLISHED": "ready", "ERROR": "error"}.get(status, "processing")
    return {
        "id": prepared.id,
        "status_code": status,
        "status": {"video_status": video} if prepared.kind == "facebook-video" else prepared.error or status,
        "is_published": public,
        "published": public,
        "permalink_url": f"{networks.address}#{prepared.published_as}",
    }


def _write(networks: Networks, node: str, edge: str, given: Json) -> Json:
    match edge:
        case "media":
            return {"id": _container(networks, node, given).id}
        case "media_publish":
            prepared = _prepared(networks, given.get("creation_id", ""))
            if networks.is_expired(prepared):
                raise Refusal(*_EXPIRED)
            if prepared.error or prepared.looks > 0:
                raise Refusal(400, {"error": {"message": "not ready", "code": 9007, "error_subcode": 2207027}})
            return {"id": networks.publish("instagram", prepared).id}
        case "photos":
            return {"id": networks.prepare(node, "photo", files=(_taken(networks, given["url"]),)).id}
        case "videos":
            files = (_taken(networks, given["file_url"]),)
            return {"id": networks.prepare(node, "facebook-video", given.get("description", ""), files).id}
        case "feed":
            return {"id": _page_post(networks, node, given).id}
    prepared = _prepared(networks, node)
    if given.get("is_published") == "true" or given.get("published") == "true":
        networks.publish("facebook", prepared)
    return {"success": True}


def _container(networks: Networks, account: str, given: Json) -> Prepared:
    if len(given.get("caption", "")) > 2200:
        raise Refusal(400, {"error": {"message": "The caption is too long", "code": 36004, "error_subcode": 2207010}})
    if children := given.get("children"):
        files = tuple(file for child in children.split(",") for file in _prepared(networks, child).files)
        return networks.prepare(account, "carousel", given.get("caption", ""), files)
    kind = "video" if "video_url" in given else "image"
    file = _taken(networks, given.get("video_url") or given.get("image_url", ""))
    return networks.prepare(account, kind, given.get("caption", ""), (file,))


def _taken(networks: Networks, url: str) -> str:
    try:
        return networks.take(url)
    except ValueError as error:
        said = {"message": str(error), "code": 9004, "error_subcode": 2207052}
        raise Refusal(400, {"error": said}) from error


def _page_post(networks: Networks, page: str, given: Json) -> Prepared:
    photos = [json.loads(value)["media_fbid"] for key, value in sorted(given.items()) if key.startswith("attached")]
    files = tuple(file for photo in photos for file in _prepared(networks, photo).files)
    kind = "carousel" if len(files) > 1 else "image" if files else "text"
    made = networks.prepare(page, kind, given.get("message", ""), files)
    if given.get("published", "true") == "true":
        networks.publish("facebook", made)
    return made


# ------------------------------------------------------------------------------------------------------------- TikTok

_OK = {"code": "ok", "message": "", "log_id": ""}


def _tiktok_refusal(code: str, status: int = 400) -> Refusal:
    return Refusal(status, {"data": {}, "error": {"code": code, "message": code, "log_id": ""}})


async def tiktok(request: Request) -> Response:
    """TikTok's posting and display APIs."""
    networks, path = _networks(request), request.path_params["path"].strip("/")
    body: Json = {}
    if "json" in request.headers.get("content-type", ""):
        body = json.loads(await request.body() or b"{}")
    creator = "creator"
    address = str(request.url.replace(path=request.url.path.partition("/tiktok/")[0] + "/tiktok/upload/", query=""))

    def work() -> Json:
        if path == "v2/oauth/token":
            token = networks.token or "renewed"
            return {"access_token": token, "refresh_token": "next", "expires_in": 86400, "refresh_expires_in": 31536000}
        return {"data": _tiktok(networks, path, body, creator, address), "error": _OK}

    return await _answer(request, work, _tiktok_refusal("access_token_invalid").body)


def _tiktok(networks: Networks, path: str, body: Json, creator: str, address: str) -> Json:
    match path:
        case "v2/post/publish/creator_info/query":
            options = ["PUBLIC_TO_EVERYONE", "SELF_ONLY"]
            return {"privacy_level_options": options, "max_video_post_duration_sec": 600, "creator_nickname": "Relevo"}
        case "v2/post/publish/video/init":
            source = body["source_info"]
            made = networks.prepare(creator, "video", body["post_info"]["title"], size=source["video_size"])
            return {"publish_id": made.id, "upload_url": address + made.id}
        case "v2/post/publish/content/init":
            files = tuple(_taken(networks, url) for url in body["source_info"]["photo_images"])
            made = networks.prepare(creator, "image" if len(files) == 1 else "carousel", _words(body), files)
            made.received = made.size
            networks.publish("tiktok", made)
            return {"publish_id": made.id}
        case "v2/post/publish/status/fetch":
            return _publish_status(networks, str(body.get("publish_id")))
        case "v2/video/list":
            return {"videos": [_video(post) for post in networks.of(creator)[: body.get("max_count", 20)]]}
    raise _tiktok_refusal("invalid_params", 404)


def _words(body: Json) -> str:
    return str(body["post_info"].get("description") or body["post_info"].get("title", ""))


def _video(post: Any) -> Json:
    return {
        "id": post.id,
        "title": post.text,
        "video_description": post.text,
        "create_time": int(post.at.timestamp()),
        "share_url": post.permalink,
        "duration": 12 if post.kind == "video" else 0,
        "like_count": 0,
        "comment_count": 0,
        "share_count": 0,
        "view_count": 0,
    }


def _publish_status(networks: Networks, publish_id: str) -> Json:
    if publish_id not in networks.prepared:
        raise _tiktok_refusal("invalid_publish_id")
    made = networks.prepared[publish_id]
    if made.error:
        return {"status": "FAILED", "fail_reason": made.error, "uploaded_bytes": made.received}
    if made.stale > 0:
        made.stale -= 1
        return {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    if made.received < made.size:
        return {"status": "PROCESSING_UPLOAD", "uploaded_bytes": made.received}
    if made.looks > 0:
        made.looks -= 1
        return {"status": "PROCESSING_DOWNLOAD", "uploaded_bytes": made.received}
    return {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [int(made.published_as)]}


async def upload(request: Request) -> Response:
    """A part of a video; with the last one it is posted."""
    networks, name = _networks(request), request.path_params["name"]
    content = await request.body()
    path = request.url.path
    networks.calls.append(f"PUT {path}")
    fault = networks.fault_for(path)
    if fault is not None and fault.unheard:
        return await _hang_up(request)
    if fault is not None and not fault.lost and not fault.done:
        return JSONResponse(fault.body, fault.status)
    said = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("content-range", ""))
    with networks.lock:
        made = networks.prepared.get(name)
        if made is not None and made.published_as:
            return JSONResponse({}, 416)
        if made is None or said is None or int(said[3]) != made.size or int(said[1]) > made.received:
            return JSONResponse({}, 416)
        made.received = max(made.received, int(said[1]) + len(content))
        if made.received >= made.size and not made.error:
            networks.publish("tiktok", made)
        status = 201 if made.received >= made.size else 206
    if fault is not None and fault.done:
        return JSONResponse(fault.body, fault.status)
    return await _hang_up(request) if fault is not None else JSONResponse({}, status)


# --------------------------------------------------------------------------------------------------------- looking in


async def list_posts(request: Request) -> Response:
    """What people see, the oldest first."""
    return JSONResponse([asdict(post) | {"at": post.at.isoformat()} for post in _networks(request).posts])


async def add_fault(request: Request) -> Response:
    """Make a fault on a later call; the body is a `Fault`."""
    try:
        fault = TypeAdapter(Fault).validate_python(await request.json())
    except (ValidationError, ValueError) as error:
        return JSONResponse({"detail": str(error)}, 422)
    _networks(request).faults.append(fault)
    return JSONResponse(asdict(fault), 201)


async def reset(request: Request) -> Response:
    """Forget everything."""
    _networks(request).reset()
    return Response(status_code=204)


async def show_file(request: Request) -> Response:
    """A file of a post; never run, whatever it is."""
    kept = _networks(request).files.get(request.path_params["name"])
    if kept is None:
        return JSONResponse({"detail": "no such file"}, 404)
    headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    return Response(kept[0], media_type=kept[1], headers=headers)


async def wall(request: Request) -> Response:
    """What people see on the networks, the newest first, as a page."""
    networks = _networks(request)
    cards = "".join(_card(networks, post) for post in reversed(networks.posts))
    body = cards or "<p>Nothing has been published yet. Write a post in the console, under Redes.</p>"
    return HTMLResponse(_PAGE.replace("<!-- posts -->", body), headers={"Cache-Control": "no-store"})


def _card(networks: Networks, post: Any) -> str:
    files = "".join(
        f'<img src="files/{escape(name)}" alt="">'
        for name in post.files
        if networks.files.get(name, (b"", ""))[1].startswith("image/")
    )
    words = escape(post.text).replace("\n", "<br>")
    return (
        f'<article id="{post.id}"><b class="{post.network}">{post.network}</b> <small>{escape(post.account)} ·'
        f" {post.at:%Y-%m-%d %H:%M} UTC · {escape(post.kind)}</small>{files}<p>{words}</p></article>"
    )


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Social networks</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<style>body{font:16px/1.45 system-ui;max-width:34rem;margin:2rem auto;padding:0 1rem;background:#f4f5f7;color:#1b1f27}
article{background:#fff;border:1px solid #dfe2e8;border-radius:12px;padding:1rem;margin:1rem 0;overflow-wrap:anywhere}
img{width:100%;border-radius:8px;margin-top:.6rem}b{text-transform:capitalize}.instagram{color:#b3225f}
.facebook{color:#1553b5}.tiktok{color:#0b0b0b}small{color:#5a6270}</style>
<h1>What people see</h1><p>The laptop's stand-ins of Instagram, Facebook and TikTok.</p><!-- posts --></html>"""
