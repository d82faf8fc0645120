"""Says what the bot would do with a question, for whoever writes articles.

The same routes as `api`, of which API Gateway sends only `POST /api/knowledge/try` here: it needs the embeddings, whose
layer all the others do without.
"""

from relevo.api import app
from relevo.runtime.http import http_api

handler = http_api(app)
