"""A stand-in of Meta's Graph API for WhatsApp, on loopback: takes sends, keeps media, posts signed webhooks back.

`app.create` is the server, `standin.GraphStandIn` runs it in a thread for tests and benchmarks, `webhooks` builds what
Meta posts.
"""
