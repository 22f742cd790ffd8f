// The same look-up as `GET /personalize`, from memory, as it is written for Express: its router, its query parser, `res.json`.
// node personalize.js <folder of express> <variants.json> <cities.json>; prints its port.
'use strict';

const fs = require('node:fs');
const [, , modules, variantsFile, citiesFile] = process.argv;
const express = require(require.resolve('express', { paths: [modules] }));

const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const isText = (value) => typeof value?.nl === 'string' && typeof value?.en === 'string';

const localize = (value, language) => {
  if (isText(value)) return value[language];
  if (Array.isArray(value)) return value.map((item) => localize(item, language));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, localize(member, language)]));
};

const fillIn = (value, city) => {
  if (typeof value === 'string') return value.replaceAll('{city}', city);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, city));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillIn(member, city)]));
};

const fold = (text) =>
  text.slice(0, 200).normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const content = read(variantsFile);
const pages = content.variants.map(({ keywords, intentTags, experimentId, ...page }) => ({
  id: page.id, experimentId: experimentId ?? null, city: null,
  texts: { nl: localize(page, 'nl'), en: localize(page, 'en') },
  terms: [...keywords.map((text) => ({ text, points: 25 })), ...intentTags.map((text) => ({ text, points: 20 }))],
}));
const fallback = pages.find((page) => page.id === content.defaultVariantId);
for (const { slug, name, aliases, intro } of read(citiesFile)) {
  const page = (language) => {
    const { hero, leadCapture, label } = localize(content.city, language);
    const base = fallback.texts[language];
    const own = {
      ...base, label, hero: { ...base.hero, ...hero, subtitle: intro[language] },
      leadCapture: { ...base.leadCapture, ...leadCapture },
    };
    return { ...fillIn(own, name), id: `city_${slug}` };
  };
  const city = { nl: { slug, name, intro: intro.nl }, en: { slug, name, intro: intro.en } };
  const terms = [name, ...aliases].map((text) => ({ text, points: 25 }));
  pages.push({ id: `city_${slug}`, experimentId: fallback.experimentId, city, texts: { nl: page('nl'), en: page('en') }, terms });
}

const index = new Map();
pages.forEach((page, place) => page.terms.forEach((term, nr) => {
  const words = fold(term.text);
  if (!index.has(words[0])) index.set(words[0], []);
  index.get(words[0]).push({ ...term, words, place, nr });
}));

const SOURCES = [
  ['keyword', 'keyword', 4], ['keywords', 'keyword', 4], ['search', 'search', 4], ['q', 'search', 4], ['utm_term', 'utm_term', 4],
  ['persona', 'persona', 4], ['intent', 'intent', 4], ['city', 'city', 2], ['utm_campaign', 'utm_campaign', 2],
  ['campaign', 'utm_campaign', 2], ['landing', 'landing', 2], ['utm_source', 'utm_source', 1], ['source', 'utm_source', 1],
  ['referrer', 'referrer', 1],
];

const choose = (query) => {
  const meant = new Map();
  for (const [name, source, weight] of SOURCES) {
    const value = query[name];
    if (typeof value !== 'string') continue;
    for (const wish of value.split(',')) {
      const words = fold(wish);
      for (let at = 0; at < words.length; at += 1) {
        for (const term of index.get(words[at]) ?? []) {
          if (!term.words.every((word, n) => words[at + n] === word)) continue;
          const alone = term.words.length === words.length ? 15 : 0;
          const points = (term.points + alone) * weight;
          const known = meant.get(term.place) ?? { place: term.place, points: 0, found: new Set() };
          known.found.add(term.nr);
          if (points > known.points) Object.assign(known, { points, source, term: term.text });
          meant.set(term.place, known);
        }
      }
    }
  }
  let [best, city] = [null, null];
  for (const one of meant.values()) {
    one.score = one.points + one.found.size - 1;
    const beats = (other) => !other || one.score > other.score || (one.score === other.score && one.place < other.place);
    if (beats(best)) best = one;
    if (pages[one.place].city && beats(city)) city = one;
  }
  return [best, city];
};

const app = express();
app.get('/personalize', (request, response) => {
  const language = request.query.language ?? request.acceptsLanguages('nl', 'en') ?? 'nl';
  const [best, city] = choose(request.query);
  const page = best ? pages[best.place] : fallback;
  response.set('Cache-Control', 'private, max-age=300').vary('Accept-Language');
  response.json({
    variant: page.texts[language] ?? page.texts.nl,
    meta: {
      variantId: page.id, experimentId: page.experimentId, language,
      matchType: !best ? 'default' : page.city ? 'city' : 'manual',
      matchedKeywords: best ? [...best.found].sort((a, b) => a - b).map((nr) => page.terms[nr].text) : [],
      reason: best ? { source: best.source, term: best.term, score: best.score } : null,
      city: city ? pages[city.place].city[language] : null,
    },
  });
});
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
