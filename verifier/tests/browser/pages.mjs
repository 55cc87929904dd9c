// Drives the pages in Chromium: node pages.mjs ORIGIN CHROMIUM FOLDER, where FOLDER holds `code.png`, a
// picture of the text "…/v#2". Ends with 0 when every case holds; else it names those that do not.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

// `require` looks into NODE_PATH, `import` does not.
const { chromium } = createRequire(import.meta.url)("playwright-core");
const [origin, executablePath, folder] = process.argv.slice(2);

const OUTCOMES = {
  1: "valid", 2: "revoked", 3: "not_recognised", 4: "cancelled_error", 5: "superseded",
  6: "not_on_record", 7: "cannot_determine", 8: "not_on_record", 9: "superseded", "01": "valid",
};
// Longest wait for anything, in milliseconds: a machine that runs every test at once is slow.
const PATIENCE = 120_000;
const LOCALES = { zh: "zh-CN", en: "en-GB" };

// A page, and everything that it asked for or complained about.
async function open(browser, options = {}) {
  const context = await browser.newContext({ locale: "zh-CN", acceptDownloads: true, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.asked = [];
  page.complaints = [];
  page.on("request", (request) => page.asked.push(request));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    // The network's own line about a status that we chose is no complaint of the page's.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      page.complaints.push(message.text());
    }
  });
  return page;
}

async function until(page, question, what) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    if (await page.evaluate(question).catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never: ${what}`);
}

const answered = (page) =>
  until(page, () => document.querySelector("#answer .verdict, #answer .failure") !== null, "an answer");

// The words of a verdict, without spaces, buttons and what only one of the two pages has.
const words = (page) =>
  page.evaluate(() => {
    const copy = document.querySelector(".verdict").cloneNode(true);
    copy.querySelectorAll("[data-print]").forEach((button) => button.remove());
    return copy.textContent.replace(/\s+/g, "");
  });

const banner = (page) => page.evaluate(() => [...document.querySelectorAll(".verdict .banner")].map((b) => b.className));
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const cases = {
  async "every verdict is shown alike by the script and by the server"(browser) {
    for (const [lang, locale] of Object.entries(LOCALES)) {
      for (const width of [360, 1200]) {
        const page = await open(browser, { locale, viewport: { width, height: 740 } });
        for (const [digits, outcome] of Object.entries(OUTCOMES)) {
          await page.goto("about:blank");
          await page.goto(`${origin}/v?lang=${lang}#${digits}`);
          await answered(page);
          assert.deepEqual(await banner(page), [`banner ${outcome}`]);
          assert.equal(await overflow(page), 0, `${digits} is wider than ${width}`);
          const byScript = await words(page);
          await page.goto(`${origin}/?lang=${lang}`);
          await page.evaluate((text) => {
            document.querySelector("#text").value = text;
            document.querySelector("#hand-in").submit();
          }, `https://verify.example.cn/v#${digits}`);
          await until(page, () => location.pathname === "/check" && document.readyState === "complete", "the server's page");
          assert.equal(await words(page), byScript, `${digits} ${lang}`);
          assert.equal(await overflow(page), 0, `${digits} is wider than ${width}`);
        }
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      }
    }
  },

  async "what is behind # goes out in a body only, and leaves the address bar and the history"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/v#2?from=7777777777`);
    await answered(page);
    assert.equal(page.url(), `${origin}/v`);
    for (const request of page.asked) {
      const head = request.url().split("#")[0] + JSON.stringify(await request.allHeaders());
      assert.ok(!head.includes("7777777777"), head);
    }
    assert.equal(page.asked.filter((request) => request.postData()?.includes("7777777777")).length, 1);
    await page.goto("about:blank");
    await page.goBack();
    assert.equal(page.url(), `${origin}/v`);
  },

  async "the other language keeps the answer"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/v#2`);
    await answered(page);
    await page.click("#switch");
    await until(page, () => document.documentElement.lang === "en", "the English page");
    await answered(page);
    assert.deepEqual(await banner(page), ["banner revoked"]);
    assert.equal(page.url(), `${origin}/v?lang=en`);
  },

  async "a second code that is scanned replaces the first"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/v#1`);
    await answered(page);
    await page.evaluate(() => { location.hash = "#2"; });
    await until(page, () => document.querySelector(".banner.revoked") !== null, "the second verdict");
    assert.deepEqual(await banner(page), ["banner revoked"]);
  },

  async "a picture and a text are answered in place, with the focus on the answer"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/`);
    await page.setInputFiles("#file", join(folder, "code.png"));
    await page.click("button[type=submit]");
    await answered(page);
    assert.deepEqual(await banner(page), ["banner revoked"]);
    assert.equal(await page.evaluate(() => document.activeElement.id), "answer");
    await page.goto(`${origin}/`);
    await page.focus("#text");
    await page.keyboard.type("https://verify.example.cn/v#5");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await answered(page);
    assert.deepEqual(await banner(page), ["banner superseded"]);
    assert.equal(await page.getAttribute("#answer", "aria-live"), "polite");
    assert.deepEqual(page.complaints, []);
  },

  async "the receipt is a file, with scripts and without"(browser) {
    const files = [];
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(browser, { javaScriptEnabled });
      await page.goto(`${origin}/`);
      await page.fill("#text", "https://verify.example.cn/v#1");
      await page.click("#hand-in button");
      await page.waitForSelector(".verdict");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-receipt] button")]);
      assert.ok(download.suggestedFilename().endsWith(".receipt"), download.suggestedFilename());
      files.push(await readFile(await download.path()));
    }
    assert.deepEqual(files[0], files[1]);
    assert.equal(files[0][0], 0x87);
  },

  async "without scripts the landing page says what to do, and the form works"(browser) {
    const page = await open(browser, { javaScriptEnabled: false });
    await page.goto(`${origin}/v#1`);
    assert.match(await page.textContent("main"), /浏览器未启用脚本/);
    await page.fill("#text", "https://verify.example.cn/v#7");
    await page.click("#hand-in button");
    assert.equal(await page.getAttribute(".banner", "data-outcome"), "cannot_determine");
    // The other language, by handing in again what the page holds.
    await page.click("button.switch");
    assert.equal(await page.getAttribute("html", "lang"), "en");
    assert.equal(await page.getAttribute(".banner", "data-outcome"), "cannot_determine");
  },

  async "errors say what to do next, and never that a certificate is invalid"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/v#02`);
    await answered(page);
    assert.match(await page.textContent("#answer"), /二维码内容不完整.*qr_cut_off/s);
    await page.goto("about:blank");
    await page.goto(`${origin}/v`);
    await answered(page);
    assert.match(await page.textContent("#answer"), /链接中没有证书内容/);
    await page.route("**/api/**", (route) => route.abort());
    await page.goto("about:blank");
    await page.goto(`${origin}/v#1`);
    await answered(page);
    assert.match(await page.textContent("#answer"), /网络不通.*这不表示证书无效/s);
  },

  async "a printed page keeps the verdict and drops what only screens need"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/v#2`);
    await answered(page);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.isVisible(".banner h1"), true);
    assert.equal(await page.isVisible(".actions"), false);
    assert.equal(await page.isVisible("#switch"), false);
  },

  async "the keyboard reaches everything, beginning with the way to the content"(browser) {
    const page = await open(browser);
    await page.goto(`${origin}/`);
    const reached = [];
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
    }
    assert.deepEqual(reached.slice(0, 3), ["skip", "brand", "switch"]);
    assert.ok(reached.includes("file") && reached.includes("text") && reached.includes("primary"), reached.join());
  },
};

const browser = await chromium.launch({
  timeout: PATIENCE,
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
let failures = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run(browser);
    console.log(`ok: ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED: ${name}\n${error.stack}`);
  }
}
await browser.close();
process.exit(failures === 0 ? 0 : 1);
