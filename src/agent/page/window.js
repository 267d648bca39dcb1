// The agent's window. It holds no sentence of its own: all come with the view, in the user's
// language. The secret in the fragment is the only thing that opens it, and goes back with each
// request.
// SPDX-License-Identifier: Apache-2.0
"use strict";

const secret = location.hash.slice(1);
history.replaceState(null, "", "/");
const at = id => document.getElementById(id);
let view, words, pending = 0, last = false;

async function post(path, body, headers) {
  const answer = await fetch(path, {
    method: "POST", body: body || "", cache: "no-store",
    headers: Object.assign({ "X-Qianyin-Secret": secret }, headers),
  });
  return answer;
}

function element(name, text, className) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  return e;
}

function end(text, more, code) {
  document.querySelector("main").hidden = true;
  at("end").hidden = false;
  at("end-text").textContent = text;
  at("end-more").textContent = more || "";
  if (code) {
    at("end").append(element("p", words.code), element("p", code, "code"));
  }
}

function showChecks(list, to) {
  for (const check of list || []) {
    const li = element("li", check.title, check.result);
    if (check.detail) li.title = check.detail;
    to.append(li);
  }
}

function fieldTable(fields) {
  const table = element("table");
  for (const field of fields) {
    const tr = element("tr");
    let state = field.state_text;
    if (field.found) state += "：" + field.found;
    tr.append(element("th", field.label), element("td", field.value, "value"),
      element("td", state, "state " + field.state));
    table.append(tr);
  }
  return table;
}

async function loadPage(document_, page, image) {
  const answer = await post("/window/page", document_ + " " + page);
  if (!answer.ok) { image.replaceWith(element("p", (await answer.json()).text, "message")); return; }
  image.src = URL.createObjectURL(await answer.blob());
  await image.decode().catch(() => {});
  pending--;
  ready();
}

// Pages come one after another, in order: the child draws one at a time.
async function loadAll(list) {
  for (const [document_, page, image] of list) await loadPage(document_, page, image);
}

function showRow(row, number, single, queue) {
  const section = element("section", undefined, "row");
  section.append(element("h2", (single ? "" : number + ". ") + row.title));
  for (const line of row.lines) section.append(element("p", line, "asks"));
  if (row.fields.length) section.append(fieldTable(row.fields));
  if (row.said && row.said.detail) section.append(element("p", row.said.detail, "asks"));
  const wanted = [];
  for (const d of row.documents) {
    const pages = element("div", undefined, "pages");
    for (let page = 1; page <= d.pages; page++) {
      const figure = element("figure"), image = element("img");
      image.alt = words.page.replace("{1}", page);
      figure.append(image, element("figcaption",
        words.page.replace("{1}", page) + " / " + d.pages + " · " + d.format.toUpperCase()));
      pages.append(figure);
      wanted.push([d.number, page, image]);
    }
    if (single) {
      section.append(pages);
    } else {
      const details = element("details");
      details.append(element("summary", words.pages + "：" + d.pages), pages);
      details.addEventListener("toggle", () => loadAll(wanted.splice(0)), { once: true });
      section.append(details);
    }
  }
  if (single) { queue.push(...wanted); pending += wanted.length; }
  at("rows").append(section);
}

function showKeys() {
  for (const key of view.keys) {
    const label = element("label", undefined, "key" + (key.fits ? "" : " off"));
    const radio = element("input");
    radio.type = "radio";
    radio.name = "key";
    radio.value = key.id;
    radio.disabled = !key.fits;
    radio.checked = !!key.chosen;
    radio.addEventListener("change", () => { last = false; ready(); });
    label.append(radio, element("span", key.subject || key.label),
      element("small", [key.label, key.serial, key.issuer, key.until].filter(Boolean).join(" · ")),
      element("small", key.tries_text));
    if (key.why) label.append(element("small", key.why, "why"));
    at("keys").append(label);
  }
  if (!view.keys.length) at("keys").append(element("p", words.no_keys, "message"));
  if (view.chosen_text) { at("chosen").textContent = view.chosen_text; at("chosen").hidden = false; }
  for (const fault of view.faults) at("faults").append(element("li", words.faults + fault));
  at("faults").hidden = !view.faults.length;
}

function chosenKey() {
  const radio = document.querySelector("input[name=key]:checked");
  return radio ? radio.value : null;
}

function ready() {
  const waits = pending > 0;
  at("sign").disabled = waits || (view.needs_pin && !chosenKey());
  if (waits) at("message").textContent = words.working;
  else if (at("message").textContent === words.working) at("message").textContent = "";
}

async function answer(event) {
  event.preventDefault();
  const pin = at("pin").value;
  at("pin").value = "";
  at("sign").disabled = true;
  at("message").textContent = words.working;
  const id = chosenKey() || "", chosen = view.keys.find(key => key.id === id) || {};
  const headers = { "X-Qianyin-Key": encodeURIComponent(id), "X-Qianyin-Certificate": chosen.sm3 || "" };
  if (last) headers["X-Qianyin-Last"] = "yes";
  const reply = await (await post("/window/answer", pin, headers)).json();
  at("sign").disabled = false;
  at("message").textContent = reply.text;
  last = false;
  if (reply.result === "done") end(words.done, reply.text, view.code);
  else if (reply.result === "failed") end(words.failed, reply.text);
  else if (reply.result === "refused") end(words.refused);
  else if (reply.result === "last") { last = true; at("pin").value = ""; at("pin").focus(); }
  else if (reply.problem) end(words.gone, reply.text);
  else at("pin").focus();
}

async function start() {
  const reply = await post("/window/view");
  if (!reply.ok) {
    document.querySelector("main").hidden = true;
    at("end").hidden = false;
    at("end-text").textContent = (await reply.json()).text;
    return;
  }
  view = await reply.json();
  words = view.words;
  document.documentElement.lang = view.lang;
  document.title = words.brand + " · " + view.act;
  at("brand").textContent = words.brand;
  at("phrase-label").textContent = words.phrase;
  at("phrase").textContent = view.phrase;
  at("phrase-help").textContent = words.phrase_help;
  if (view.state !== "waiting") { end(words[view.state] || words.gone, view.problem); return; }
  document.querySelector("main").hidden = false;
  at("asks").textContent = words.asks;
  at("act").textContent = view.act;
  at("origin").textContent = view.origin + "  " + view.platform;
  showChecks(view.checks || (view.rows[0] || {}).checks, at("checks"));
  if (view.count) {
    at("checks").after(element("p", words.rows.replace("{1}", view.count) + "　"
      + words.sum.replace("{1}", view.sum)));
  }
  const queue = [];
  view.rows.forEach((row, i) => showRow(row, i + 1, view.rows.length === 1 && !view.count, queue));
  at("key-label").textContent = words.key;
  at("pin-label").textContent = words.pin;
  at("sign").textContent = view.needs_pin ? words.sign : words.allow;
  at("refuse").textContent = words.refuse;
  at("pin-row").hidden = !view.needs_pin;
  at("pin-row").style.display = view.needs_pin ? "" : "none";
  if (view.needs_pin) showKeys(); else at("keys").hidden = true;
  at("answer").addEventListener("submit", answer);
  at("refuse").addEventListener("click", async () => { await post("/window/refuse"); end(words.refused); });
  ready();
  await loadAll(queue);
  ready();
}

start();
