"""The one Lambda behind the second REST API: the dialect of Adobe Experience Platform.

What it shares with the first one (routing, checked bodies, stores) is in `http_api`.
"""
