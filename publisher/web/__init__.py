"""The web service: the built site, and the pages where readers join, choose and leave.

`service` turns what is asked into an answer; `app` and `server` are the doors to Starlette and uvicorn.
What a form asks for is done behind the answer, by `worker`, so that the answer tells nothing of the list.
"""
