// What a page uses to speak to the signing agent on its user's machine: no dependency, one module.
// It explains itself before the browser asks for its permission, and when it was denied.
//
//   import { Agent } from "./qianyin-agent.js";
//   const agent = new Agent({ lang: "zh", panel: document.getElementById("agent") });
//   if (await agent.ready()) { const [signed] = await agent.answer(order, [document]); … }
//
// SPDX-License-Identifier: Apache-2.0

const PORT = 17520;
const TYPES = { order: "application/vnd.qianyin.order", batch: "application/vnd.qianyin.batch" };

const WORDS = {
  zh: {
    before_title: "接下来浏览器会问您一次",
    before: "签署要用到您电脑上的“钤印签署助手”和您的 USB 钥匙。浏览器会弹出一个提示，询问是否允许本网站访问本机上的应用，请选“允许”。" +
      "本网站看不到您的口令，也看不到您电脑上的其他东西。",
    go: "我知道了，继续",
    denied_title: "浏览器没有允许本网站访问签署助手",
    denied: "请点击地址栏左边的图标，在“网站设置”里把“访问本机应用”（Local network access）改为“允许”，然后刷新本页。",
    file: "如果单位电脑不允许更改设置：请下载待签文件（.qyo），双击它，签署助手会在自己的窗口里完成签署并直接送回平台。登录和开标不能用这个办法。",
    missing_title: "没有找到签署助手",
    missing: "请安装并启动“钤印签署助手”（开始菜单 → 钤印签署助手），并与本网站配对，然后刷新本页。",
    window: "请在签署助手的窗口中核对内容并输入口令。窗口右上角必须显示您自己的暗号。",
    done: "已完成。", refused: "您已拒绝，没有签署任何内容。",
  },
  en: {
    before_title: "Your browser will ask you once",
    before: "Signing uses the Qianyin agent and your token on this computer. The browser will ask whether this site may reach an " +
      "application on this computer: choose “Allow”. The site sees neither your PIN nor anything else of your computer.",
    go: "I see, go on",
    denied_title: "The browser does not let this site reach the agent",
    denied: "Click the icon to the left of the address, open the site's settings, set “Local network access” to “Allow”, and reload.",
    file: "If your settings may not be changed: download the order (.qyo) and open it. The agent signs in its own window and sends " +
      "the answer itself. Login and opening of bids cannot be done this way.",
    missing_title: "The agent was not found",
    missing: "Install and start the Qianyin agent, pair it with this site, and reload this page.",
    window: "Check and type your PIN in the agent's window. Your own phrase must be shown in its upper right corner.",
    done: "Done.", refused: "You refused. Nothing was signed.",
  },
};

export class AgentError extends Error {
  constructor(problem) {
    super(problem.text || problem.problem || "agent");
    this.problem = problem;
  }
}

export class Agent {
  constructor({ port = PORT, lang = "zh", panel = null } = {}) {
    this.port = port;
    this.words = WORDS[lang] || WORDS.zh;
    this.panel = panel;
  }

  // "granted", "prompt", "denied"; "granted" too in browsers that do not ask.
  async permission() {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch (unknown) { /* an older or another browser: it calls it otherwise, or never asks */ }
    }
    return "granted";
  }

  async fetch(path, options = {}) {
    return fetch(`http://127.0.0.1:${this.port}${path}`,
      Object.assign({ targetAddressSpace: "loopback", cache: "no-store", credentials: "omit" }, options));
  }

  show(title, texts, button) {
    if (!this.panel) return Promise.resolve();
    const heading = document.createElement("h2");
    heading.textContent = title;
    this.panel.replaceChildren(...(title ? [heading] : []), ...texts.map(text => {
      const p = document.createElement("p");
      p.textContent = text;
      return p;
    }));
    this.panel.hidden = false;
    if (!button) return Promise.resolve();
    return new Promise(resolve => {
      const b = document.createElement("button");
      b.textContent = button;
      b.addEventListener("click", () => { this.panel.hidden = true; resolve(); });
      this.panel.append(b);
      b.focus();
    });
  }

  // True when the agent answers; else the panel says what to do.
  async ready() {
    if (await this.permission() === "prompt") {
      await this.show(this.words.before_title, [this.words.before], this.words.go);
    }
    try {
      const answer = await this.fetch("/v1/hello");
      if (answer.ok) return true;
    } catch (blocked) { /* told apart below */ }
    if (await this.permission() === "denied") {
      await this.show(this.words.denied_title, [this.words.denied, this.words.file]);
    } else {
      await this.show(this.words.missing_title, [this.words.missing]);
    }
    return false;
  }

  async post(path, body, type) {
    const answer = await this.fetch(path, { method: "POST", body, headers: type ? { "Content-Type": type } : {} });
    if (!answer.ok) throw new AgentError(await answer.json());
    return answer.status === 204 ? null : answer.json();
  }

  // Gives an order (or with batch a batch) and its documents to the agent, waits for its user, and
  // gives the answers: one ArrayBuffer an order.
  async answer(order, documents = [], { batch = false, orders = 1 } = {}) {
    const { job } = await this.post("/v1/jobs", order, batch ? TYPES.batch : TYPES.order);
    for (let i = 0; i < documents.length; i++) {
      await this.post(`/v1/jobs/${job}/documents/${i}`, documents[i], "application/octet-stream");
    }
    await this.post(`/v1/jobs/${job}/open`, "");
    await this.show("", [this.words.window]);
    await this.wait(job);
    const answers = [];
    for (let i = 0; i < orders; i++) {
      const answer = await this.fetch(`/v1/jobs/${job}/answers/${i}`);
      if (!answer.ok) throw new AgentError(await answer.json());
      answers.push(await answer.arrayBuffer());
    }
    await this.show("", [this.words.done]);
    return answers;
  }

  async wait(job) {
    for (;;) {
      const state = await (await this.fetch(`/v1/jobs/${job}`)).json();
      if (state.state === "done") return;
      if (state.state !== "waiting") {
        await this.show("", [state.state === "refused" ? this.words.refused : state.text || state.state]);
        throw new AgentError({ problem: state.state, text: state.text });
      }
      await new Promise(resolve => setTimeout(resolve, 400));
    }
  }

  // The certificates, once the user allowed this site to see them; else only their number.
  async keys() {
    return (await this.fetch("/v1/keys")).json();
  }
}
