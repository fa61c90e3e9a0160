"""Rendering: from issues to pages, feeds and digests, as values; nothing here reads entries or writes files.

`templating` is the door to the templates (Jinja2), `language` to CLDR (Babel), `feeds` to feedgen and
`inliner` to premailer. `context` is what a template may say; `links` makes addresses in bodies whole.
"""
