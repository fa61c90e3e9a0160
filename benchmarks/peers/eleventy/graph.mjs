// What a page tells machines in the words of schema.org.
const day = (date) => date.toISOString().slice(0, 10);

function eventOf({ title, description, event }, url, organizer) {
  return {
    "@type": "Event",
    "@id": `${url}#event`,
    name: title,
    description,
    startDate: day(event.start),
    endDate: day(event.end),
    eventStatus: "https://schema.org/EventScheduled",
    eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
    location: { "@type": "Place", name: event.place, address: event.place },
    organizer,
    inLanguage: "en",
    url,
  };
}

export default function graph(about) {
  const { home, path, site, title, description, isEntry, time, month } = about;
  const url = home + path;
  const organisation = { "@id": `${home}/#organisation` };
  const website = { "@id": `${home}/#website` };
  const inLanguage = "en";
  const nodes = [{ "@type": "Organization", ...organisation, name: site, url: `${home}/` }];
  const trail = [{ name: site, item: `${home}/` }];
  if (isEntry) {
    nodes.push({
      "@type": "NewsArticle",
      "@id": `${url}#article`,
      headline: title,
      description,
      datePublished: time,
      dateModified: time,
      inLanguage,
      author: organisation,
      publisher: organisation,
      mainEntityOfPage: { "@type": "WebPage", "@id": url },
      isPartOf: website,
    });
    if (about.event) nodes.push(eventOf(about, url, organisation));
    trail.push({ name: month.name, item: `${home}/${month.folder}/` });
  } else if (title) {
    nodes.push({ "@type": "CollectionPage", "@id": url, url, name: title, description, inLanguage, isPartOf: website });
  } else {
    nodes.push({ "@type": "WebSite", ...website, url, name: site, description, inLanguage, publisher: organisation });
  }
  if (title) {
    trail.push({ name: title, item: url });
    const itemListElement = trail.map((step, index) => ({ "@type": "ListItem", position: index + 1, ...step }));
    nodes.push({ "@type": "BreadcrumbList", "@id": `${url}#breadcrumbs`, itemListElement });
  }
  return JSON.stringify({ "@context": "https://schema.org", "@graph": nodes }).replaceAll("<", "\\u003c");
}
