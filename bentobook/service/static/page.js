// Draws the description of the service, with a form for each API. Everything becomes text, never markup.

function add(parent, tag, text, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function exampleOf(operation) {
  const content = operation.requestBody?.content ?? {};
  const json = content["application/json"];
  return { json: Boolean(json), types: Object.keys(content), example: json?.example };
}

async function send(route, body, output) {
  const began = performance.now();
  output.className = "";
  output.textContent = "…";
  try {
    const answer = await fetch(route, { method: "POST", body, headers: { "content-type": "application/json" } });
    const text = await answer.text();
    const ms = (performance.now() - began).toFixed(1);
    output.className = answer.ok ? "" : "bad";
    output.textContent = `${answer.status} · ${ms} ms · request ${answer.headers.get("x-request-id")}\n${text}`;
  } catch (error) {
    output.className = "bad";
    output.textContent = String(error);
  }
}

function drawApi(parent, path, operation) {
  const route = path.replace(/^\//, "");
  const section = add(parent, "section", "");
  add(section, "h2", `POST ${path}`);
  add(section, "p", operation.description || operation.summary);
  const { json, types, example } = exampleOf(operation);
  add(section, "p", `takes ${types.join(", ")}`);
  if (!json) return;
  const field = `body of ${path}`;
  add(section, "label", "Body", { htmlFor: field });
  const text = example === undefined ? "" : JSON.stringify(example, null, 1);
  const body = add(section, "textarea", "", { id: field, value: text, spellcheck: false });
  const button = add(section, "button", "Send");
  const output = add(section, "pre", "", { ariaLive: "polite" });
  button.addEventListener("click", () => send(route, body.value, output));
}

function draw(description) {
  document.title = description.info.title;
  document.getElementById("name").textContent = description.info.title;
  document.getElementById("about").textContent = description.info.description ?? "";
  const apis = document.getElementById("apis");
  apis.replaceChildren();
  for (const [path, { post }] of Object.entries(description.paths)) {
    if (post?.tags?.includes("APIs")) drawApi(apis, path, post);
  }
}

async function load() {
  const answer = await fetch("docs.json");
  const form = document.getElementById("sign-in");
  form.hidden = answer.status !== 401;
  if (answer.ok) draw(await answer.json());
}

async function signIn(event) {
  event.preventDefault();
  const token = document.getElementById("token");
  const body = JSON.stringify({ token: token.value });
  const answer = await fetch("./", { method: "POST", body, headers: { "content-type": "application/json" } });
  document.getElementById("refused").textContent = answer.ok ? "" : "That is not the token.";
  token.value = "";
  if (answer.ok) await load();
}

document.getElementById("sign-in").addEventListener("submit", signIn);
await load();
