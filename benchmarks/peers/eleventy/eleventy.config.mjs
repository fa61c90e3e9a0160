// Eleventy, set to make what `publisher` makes with outputs = ["entries", "archives", "feeds"].
import rss from "@11ty/eleventy-plugin-rss";
import markdownIt from "markdown-it";
import graph from "./graph.mjs";

const markdown = markdownIt();
const day = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "Europe/Zurich" });
const month = new Intl.DateTimeFormat("en", { year: "numeric", month: "long", timeZone: "UTC" });
const monthOf = (url) => {
  const [, year, number] = url.split("/");
  return { folder: `${year}/${number}`, year, name: month.format(new Date(Date.UTC(year, number - 1))) };
};

export default function (config) {
  config.addPlugin(rss);
  config.addPassthroughCopy("content/style.css");
  config.addGlobalData("title_of_site", "Measured News");
  config.addGlobalData("description_of_site", "A made-up newsletter to measure with");
  config.addGlobalData("home", "https://news.example.org");
  config.addFilter("graph", (about) => graph({ ...about, month: about.isEntry && monthOf(about.path) }));
  config.addFilter("inline", (text) => markdown.renderInline(text));
  config.addFilter("day", (date) => day.format(date));
  config.addFilter("iso_day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("first", (list, number) => list.slice(0, number));
  config.addCollection("newest", (api) => api.getFilteredByTag("entries").reverse());
  config.addCollection("months", (api) => {
    const found = new Map();
    for (const entry of api.getFilteredByTag("entries").reverse()) {
      const { folder, year, name } = monthOf(entry.url);
      if (!found.has(folder)) found.set(folder, { folder, year, name, entries: [], kinds: new Map() });
      const { entries, kinds } = found.get(folder);
      entries.push(entry);
      kinds.set(entry.data.genre, [...(kinds.get(entry.data.genre) ?? []), entry]);
    }
    return [...found.values()];
  });
  return {
    dir: { input: "content", includes: "../includes", output: "out" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
