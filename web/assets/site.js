// What pages do with the signing agent: fetch an order, have it answered, send the answer back.
// Everything else on this site works without a script.
// SPDX-License-Identifier: Apache-2.0
import { Agent } from "/assets/qianyin-agent.js";

const panel = document.getElementById("agent");
const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const agent = new Agent({ lang, panel });

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST", credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": panel.dataset.csrf },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.detail || json.title);
  return json;
}

const decode = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const encode = octets => {
  let text = "";
  new Uint8Array(octets).forEach(o => { text += String.fromCharCode(o); });
  return btoa(text);
};

function say(text) {
  const p = document.createElement("p");
  p.setAttribute("role", "alert");
  p.textContent = text;
  panel.replaceChildren(p);
}

// Orders go to the agent and come back as answers, in base64.
async function answered(order, documents = []) {
  if (!await agent.ready()) return null;
  const [answer] = await agent.answer(decode(order), documents);
  return encode(answer);
}

async function challenge(from, to, more = {}) {
  const { order } = await post(from, {});
  const answer = await answered(order);
  return answer === null ? null : post(to, { answer, ...more });
}

const acts = {
  login: async () => {
    const done = await challenge("/api/v1/login/challenge", "/api/v1/login/certificate");
    if (done) location.assign(done.to);
  },
  whose: async () => {
    const done = await challenge("/api/v1/login/challenge", "/api/v1/login/whose");
    if (done) say([done.organisation, ...done.logins].join(" · "));
  },
  "step-up": async () => { if (await challenge("/api/v1/step-up/challenge", "/api/v1/step-up")) location.reload(); },
  bind: async () => {
    const in_token = document.getElementById("in-token").checked;
    if (await challenge("/api/v1/credentials/challenge", "/api/v1/credentials", { in_token })) location.reload();
  },
  vouch: async id => { if (await challenge(`/api/v1/credentials/${id}/challenge`, `/api/v1/credentials/${id}/vouch`)) location.reload(); },
  "cancel-recovery": async id => { if (await challenge(`/api/v1/recovery/${id}/challenge`, `/api/v1/recovery/${id}/cancel`)) location.reload(); },
  mandate: async id => {
    const { order, document } = await post(`/api/v1/mandates/${id}/order`, {});
    const signature = await answered(order, [decode(document)]);
    if (signature !== null) { await post(`/api/v1/mandates/${id}/signature`, { signature }); location.reload(); }
  },
};

async function run(act, id, button) {
  button.disabled = true;
  try {
    await acts[act](id);
  } catch (problem) {
    say(problem.message);
  }
  button.disabled = false;
}

for (const button of document.querySelectorAll("[data-act]"))
  button.addEventListener("click", () => run(button.dataset.act, button.dataset.id, button));

for (const form of document.querySelectorAll("form[data-form=recovery]"))
  form.addEventListener("submit", async event => {
    event.preventDefault();
    try {
      const values = Object.fromEntries(new FormData(form));
      const done = await challenge("/api/v1/recovery/challenge", "/api/v1/recovery", values);
      if (done) location.assign(done.to);
    } catch (problem) {
      say(problem.message);
    }
  });
