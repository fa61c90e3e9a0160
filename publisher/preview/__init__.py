"""The local preview: a server on this machine that shows what readers will get, while people write.

`desk` holds the project as it is at this moment and makes pages when they are asked for; `views` turns an
address into an answer; `watch` sees what is saved, `live` tells open pages; `guard` keeps strangers out;
`server` listens. Nothing here writes into the output folder.
"""
