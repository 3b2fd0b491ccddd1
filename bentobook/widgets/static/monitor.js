// @ts-check
// Draws the frames of a batch monitor. Text only ever becomes text; colours are classes, which monitor.css fills.

const SVG = "http://www.w3.org/2000/svg";
const BARS = 60;
const WIDTH = 690;
const ROWS = 64;
const WAIT = 24;
const GAP = 3;
const LEFT = 56;

/**
 * @typedef {[rows: number, requests: number, waitedMs: number, ms: number, reason: string]} Batch
 * @typedef {{
 *   name: string, state: string, waiting: number, rate: number, mean: number, largest: number,
 *   requests: number, failed: number, refused: number, latency: Record<string, number>,
 *   reasons: [reason: string, words: string, count: number][], batches: Batch[], alone: string,
 * }} Method
 * @typedef {{ methods: Method[], over: string }} Frame
 */

/** @param {number} value @returns {string} */
const short = (value) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3))));

/**
 * @param {string} tag
 * @param {string} name
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {Node[]} children
 * @returns {SVGElement}
 */
function shape(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * @param {string} words
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
function note(words, attributes) {
  const made = shape("text", attributes);
  made.textContent = words;
  return made;
}

/** @param {string} term @param {string} value @param {string} state @returns {HTMLElement} */
const fact = (term, value, state = "") =>
  element("div", "bb-fact", element("dt", "", term), element("dd", state, value));

/** @param {Method} method @returns {HTMLElement} */
function facts(method) {
  const list = element("dl", "bb-facts");
  list.append(
    fact("queue", method.waiting.toLocaleString("en-US")),
    fact("rows/s", short(method.rate)),
    fact("mean batch", short(method.mean)),
    fact("largest", method.largest.toLocaleString("en-US")),
  );
  for (const mark of ["p50", "p90", "p99"]) {
    if (mark in method.latency) list.append(fact(mark, `${short(method.latency[mark])} ms`));
  }
  for (const [term, count] of /** @type {[string, number][]} */ ([["failed", method.failed], ["refused", method.refused]])) {
    if (count) list.append(fact(term, count.toLocaleString("en-US"), "bb-bad"));
  }
  return list;
}

/** @param {Method} method @param {Batch} batch @param {number} at @param {number} longest @returns {SVGElement} */
function bar(method, [rows, requests, waited, ms, reason], at, longest) {
  const step = (WIDTH - LEFT) / BARS;
  const x = LEFT + at * step;
  const width = step - GAP;
  const height = (ROWS * rows) / (method.largest || 1);
  const wait = (WAIT * waited) / longest;
  const words = method.reasons.find(([name]) => name === reason)?.[1] ?? reason;
  const asked = requests === 1 ? "1 request" : `${requests} requests`;
  const title = shape("title", {});
  title.textContent = `${rows} rows of ${asked}; the first waited ${short(waited)} ms, the batch took ${short(ms)} ms; ${words}`;
  return shape(
    "g",
    {},
    title,
    shape("rect", { class: `bb-why-${reason}`, x, width, y: ROWS - height, height }),
    shape("rect", { class: "bb-why-wait", x, width, y: ROWS + 1, height: wait }),
  );
}

/** @param {Method} method @returns {SVGElement} */
function timeline(method) {
  const longest = Math.max(...method.batches.map((batch) => batch[2]), 0) || 1;
  const start = BARS - method.batches.length;
  const height = ROWS + WAIT + 4;
  const label = `Rows of the last ${method.batches.length} batches of ${method.name}, ${method.largest} at most`;
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label });
  svg.append(...method.batches.map((batch, at) => bar(method, batch, start + at, longest)));
  svg.append(
    shape("line", { class: "bb-axis", x1: LEFT, x2: WIDTH, y1: ROWS + 0.5, y2: ROWS + 0.5 }),
    note(`${method.largest.toLocaleString("en-US")} rows`, { x: 0, y: 10 }),
    note(`${short(longest)} ms`, { x: 0, y: ROWS + WAIT }),
  );
  return svg;
}

/** @param {Method} method @returns {HTMLElement} */
function legend(method) {
  const list = element("div", "bb-legend");
  for (const [reason, words, count] of method.reasons) {
    if (count) {
      const mark = element("span", `bb-mark bb-why-${reason}`);
      mark.setAttribute("aria-hidden", "true");
      list.append(element("span", "", mark, `${words} ${count.toLocaleString("en-US")}`));
    }
  }
  const mark = element("span", "bb-mark bb-why-wait");
  mark.setAttribute("aria-hidden", "true");
  list.append(element("span", "", mark, "below: how long the first request waited"));
  return list;
}

/** @param {Method} method @returns {HTMLElement} */
function panel(method) {
  const head = element("div", "bb-name", element("span", "bb-mono", method.name), element("span", "bb-quiet", method.state));
  const made = element("section", "bb-method", head, facts(method));
  if (method.batches.length) made.append(timeline(method), legend(method));
  else made.append(element("div", "bb-quiet", "no batch yet"));
  if (method.alone) made.append(element("div", "bb-quiet", `one by one: ${method.alone}`));
  return made;
}

/** @param {{ model: any, el: HTMLElement }} context @returns {() => void} */
function render({ model, el }) {
  const ended = new AbortController();
  const title = model.get("title");
  const button = /** @type {HTMLButtonElement} */ (element("button", "bb-stop", "Stop"));
  button.type = "button";
  button.title = "Stop following, and leave a still picture";
  button.addEventListener(
    "click",
    () => {
      button.disabled = true;
      model.set("asked_to_stop", true);
      model.save_changes();
    },
    { signal: ended.signal },
  );
  const status = element("span", "bb-quiet");
  status.setAttribute("role", "status");
  const body = element("div", "bb-body");
  const head = element("div", "bb-head", element("span", "bb-tag", title), status, button);
  const root = element("div", "bentobook-monitor", head, body);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `Batches of ${title}`);
  el.append(root);

  const draw = () => {
    const frame = /** @type {Frame} */ (model.get("frame"));
    const said = frame.over || "live";
    if (status.textContent !== said) status.textContent = said;
    button.hidden = Boolean(frame.over);
    body.replaceChildren(...frame.methods.map(panel));
  };
  model.on("change:frame", draw);
  draw();
  return () => {
    ended.abort();
    model.off("change:frame", draw);
    root.remove();
  };
}

export default { render };
