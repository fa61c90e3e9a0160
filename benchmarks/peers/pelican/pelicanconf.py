"""Pelican, set to make what `publisher` makes with outputs = ["entries", "archives", "feeds"]."""

SITENAME = "Measured News"
SITESUBTITLE = "A made-up newsletter to measure with"
SITEURL = "https://news.example.org"
AUTHOR = SITENAME
TIMEZONE = "Europe/Zurich"
DEFAULT_LANG = "en"
PATH = "content"
OUTPUT_PATH = "out"
THEME = "theme"
THEME_STATIC_DIR = "."
PLUGIN_PATHS = ["."]
PLUGINS = ["months"]

# The reader's cache is what makes Pelican's second build faster than its first.
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True

MARKDOWN = {"extensions": ["markdown.extensions.extra"], "output_format": "html"}
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
MONTH_ARCHIVE_URL = "{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
ARCHIVES_SAVE_AS = "archive/index.html"
DIRECT_TEMPLATES = ["index", "archives"]
CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
DEFAULT_PAGINATION = False

FEED_ALL_ATOM = "atom.xml"
FEED_ALL_RSS = "rss.xml"
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = False
FEED_ATOM = FEED_RSS = CATEGORY_FEED_ATOM = TAG_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None
