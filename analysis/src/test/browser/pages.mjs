/*
 * Looks at pages in a real browser. Reads what to look at from the file that the first argument names; writes a line for each
 * check, "ok NAME" or "not ok NAME: WHY", and screenshots. The files of the run that grows are written here, row by row.
 */
import {appendFileSync, readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const require = createRequire(join(given.modules, "package.json"));
const {chromium} = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const PHONE = {width: 390, height: 844};
const DESK = {width: 1280, height: 900};

const browser = await chromium.launch({
  executablePath: given.chromium,
  // In a container the browser often runs as root, which its sandbox refuses.
  args: ["--no-sandbox"]
});

function must(condition, why) {
  if (!condition) {
    throw new Error(why);
  }
}

/** Opens a page and fails if it raises an error or asks for anything but itself. */
async function visit(address, options, look) {
  const context = await browser.newContext({viewport: DESK, acceptDownloads: true, ...options});
  const page = await context.newPage();
  // For what hangs; a busy machine may take its time.
  page.setDefaultTimeout(120_000);
  const faults = [];
  const own = new URL(address);
  page.on("pageerror", error => faults.push(error.stack));
  page.on("console", message => message.type() === "error" && faults.push(message.text()));
  page.on("request", request => {
    const asked = new URL(request.url());
    const itself = asked.protocol === "data:" || asked.protocol === "blob:" || asked.href.split("#")[0] === own.href
      || (own.protocol === "http:" && asked.origin === own.origin && asked.pathname === own.pathname + "events");
    if (!itself) {
      faults.push("asked for " + request.url());
    }
  });
  try {
    await page.goto(address);
    await look(page);
    must(faults.length === 0, faults.join("; "));
  } finally {
    await context.close();
  }
}

/** Plots are made when they come near the screen. */
async function drawAll(page) {
  await page.evaluate(async () => {
    for (const figure of document.querySelectorAll("figure.plotted")) {
      figure.scrollIntoView();
      await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    scrollTo(0, 0);
  });
  await page.waitForFunction(() => [...document.querySelectorAll("figure.plotted")]
    .every(figure => figure.querySelector(".plots canvas")));
}

const plot = (page, title) => page.locator(".plot").filter({has: page.locator(".plot-title", {hasText: title})}).first();
const value = (place, label) => place.locator(".plot-legend button").filter({hasText: label}).first().locator(".plot-value");

async function hover(page, place, part) {
  await place.scrollIntoViewIfNeeded();
  const box = await place.locator(".u-over").boundingBox();
  await page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
}

async function drag(page, place, from, to) {
  await place.scrollIntoViewIfNeeded();
  const box = await place.locator(".u-over").boundingBox();
  await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * (from + to) / 2, box.y + box.height / 2);
  await page.mouse.move(box.x + box.width * to, box.y + box.height / 2);
  await page.mouse.up();
}

async function checkAxe(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, {resultTypes: ["violations"]}));
  const grave = result.violations.filter(found => ["serious", "critical"].includes(found.impact));
  must(grave.length === 0, grave.map(found =>
    `${found.id} (${found.help}): ${found.nodes.slice(0, 3).map(node => node.target + " " + (node.any[0]?.message ?? "")).join(" | ")}`).join("; "));
}

async function checkWidth(page) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const scrolls = element => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    return document.documentElement.scrollWidth <= room ? [] : [...document.querySelectorAll("main *")]
      .filter(element => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement))
      .map(element => element.tagName + "." + element.className).slice(0, 5);
  });
  must(wide.length === 0, "too wide: " + wide.join(", "));
}

const checks = [];
const check = (name, action) => checks.push([name, action]);

for (const [name, address] of Object.entries(given.pages)) {
  for (const scheme of ["light", "dark"]) {
    for (const [device, viewport] of Object.entries({desk: DESK, phone: PHONE})) {
      check(`${name} on a ${device}, ${scheme}: no error, no other request, no scrolling sideways, axe-core`, () =>
        visit(address, {viewport, colorScheme: scheme}, async page => {
          await checkAxe(page);
          await drawAll(page);
          await checkWidth(page);
          await checkAxe(page);
          await page.screenshot({path: join(given.out, `${name}-${device}-${scheme}.png`), fullPage: true});
        }));
    }
  }
  check(`${name} without scripts shows its drawings, on a phone`, () =>
    visit(address, {javaScriptEnabled: false, viewport: PHONE}, async page => {
      await checkWidth(page);
      const drawn = page.locator("figure.plotted > svg");
      for (let i = 0; i < await drawn.count(); i++) {
        must(await drawn.nth(i).isVisible(), "a drawing is hidden");
      }
    }));
  check(`${name} has contents if it is longer than three screens`, () =>
    visit(address, {}, async page => {
      await drawAll(page);
      const screens = await page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
      must(screens <= 3 || await page.locator("nav.contents").count() === 1, screens + " screens without contents");
    }));
}

check("one cursor reads all panels", () => visit(given.pages.run, {}, async page => {
  await drawAll(page);
  await hover(page, plot(page, "Accuracy"), 0.5);
  must(await value(plot(page, "Accuracy"), "test").textContent() === given.expected.accuracy, "no value of the accuracy");
  must(/\d/.test(await value(plot(page, "Loss"), "train").textContent()), "no value in the panel beside");
  must(/\d/.test(await value(plot(page, "Singular values"), "σ₁").textContent()), "no value in the section below");
  await page.mouse.move(2, 2);
  must(await value(plot(page, "Accuracy"), "test").textContent() === "", "the value stays");
}));

check("a drag zooms all panels, and a button shows all again", () => visit(given.pages.run, {}, async page => {
  await drawAll(page);
  await drag(page, plot(page, "Accuracy"), 0.25, 0.5);
  const bar = page.locator(".zoom-bar");
  must(/training step \d{3,4}(\.\d)? to \d{4}/.test((await bar.textContent()).replace(/\u2009/g, "")), "says " + await bar.textContent());
  await hover(page, plot(page, "Loss"), 0.99);
  const last = Number((await plot(page, "Loss").locator(".plot-x .plot-value").textContent()).replace(/\D/g, ""));
  must(last > 1500 && last <= 1900, "the other panel ends at " + last);
  await bar.getByRole("button").click();
  must(await bar.isHidden(), "the bar stays");
  await hover(page, plot(page, "Loss"), 0.99);
  must((await plot(page, "Loss").locator(".plot-x .plot-value").textContent()).replace(/\D/g, "") === "3600", "not all is shown");
}));

check("axes become logarithmic and linear", () => visit(given.pages.run, {}, async page => {
  const accuracy = plot(page, "Accuracy");
  await accuracy.scrollIntoViewIfNeeded();
  const log = accuracy.getByRole("button", {name: "Log"});
  const before = await accuracy.locator("canvas").screenshot();
  must(await log.getAttribute("aria-pressed") === "false", "pressed at first");
  await log.click();
  must(await log.getAttribute("aria-pressed") === "true", "not pressed");
  must(!before.equals(await accuracy.locator("canvas").screenshot()), "the same picture");
  await log.click();
  must(before.equals(await accuracy.locator("canvas").screenshot()), "another picture than at first");
}));

check("a series can be switched off and on", () => visit(given.pages.run, {}, async page => {
  const accuracy = plot(page, "Accuracy");
  await accuracy.scrollIntoViewIfNeeded();
  const train = accuracy.getByRole("button", {name: "train"});
  const before = await accuracy.locator("canvas").screenshot();
  await train.click();
  must(await train.getAttribute("aria-pressed") === "false", "still pressed");
  must(!before.equals(await accuracy.locator("canvas").screenshot()), "the same picture");
  await train.click();
  must(before.equals(await accuracy.locator("canvas").screenshot()), "another picture than at first");
}));

check("keys read values and zoom", () => visit(given.pages.run, {}, async page => {
  const loss = plot(page, "Loss");
  await loss.locator(".plot-place").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  must(/training step 100.*train/.test(await loss.locator(".plot-said").textContent()), "says " + await loss.locator(".plot-said").textContent());
  await page.keyboard.press("+");
  must(await page.locator(".zoom-bar").isVisible(), "plus does not zoom");
  await page.keyboard.press("Escape");
  must(await page.locator(".zoom-bar").isHidden(), "Escape does not show all");
}));

check("names of strangers are text, and their figures stay drawings where their numbers are none", () => visit(given.pages.run, {}, async page => {
  await drawAll(page);
  const found = plot(page, "Found </script><script>");
  must(await found.isVisible(), "no plot of a saved figure");
  must(await found.getByRole("button", {name: "</metadata><b>bold</b>"}).isVisible(), "no legend");
  must(await page.title() === "run · Spectral Edge", "the title was taken");
  must(await page.locator("figure > img:visible").count() === 2, "other drawings than those of the two without numbers");
}));

check("the first link skips to the content", () => visit(given.pages.run, {}, async page => {
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.getAttribute("href")) === "#content", "another link");
}));

check("the numbers can be saved and copied", () => visit(given.pages.run, {permissions: ["clipboard-read", "clipboard-write"]}, async page => {
  const accuracy = plot(page, "Accuracy");
  await accuracy.scrollIntoViewIfNeeded();
  const [download] = await Promise.all([page.waitForEvent("download"), accuracy.getByRole("button", {name: "CSV"}).click()]);
  must(download.suggestedFilename() === "training-accuracy.csv", "named " + download.suggestedFilename());
  const rows = readFileSync(await download.path(), "utf8").trim().split("\n");
  must(rows[0] === "training step,train,test", "begins with " + rows[0]);
  must(rows.at(-1) === given.expected.lastRow, "ends with " + rows.at(-1));
  await accuracy.getByRole("button", {name: "Copy"}).click();
  await accuracy.getByRole("button", {name: "Copied"}).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  must(copied.trim().split("\n").at(-1) === given.expected.lastRow.replaceAll(",", "\t"), "copied " + copied.slice(0, 80));
}));

check("points of a sweep have names under the mouse", () => visit(given.pages.sweep, {}, async page => {
  await drawAll(page);
  const groks = plot(page, "Grok step by");
  await groks.scrollIntoViewIfNeeded();
  const box = await groks.locator(".u-over").boundingBox();
  const names = new Set();
  for (let x = 0; x < box.width; x += 4) {
    for (let y = 0; y < box.height; y += 12) {
      await page.mouse.move(box.x + x, box.y + y);
      (await groks.locator(".plot-value").allTextContents()).forEach(text => names.add(text));
      if ([...names].some(name => name.includes("grokked at step"))) {
        return;
      }
    }
  }
  throw new Error("no name among " + [...names].slice(0, 5).join(", "));
}));

check("a live page grows, and zoom and switches stay", () => visit(given.live, {}, async page => {
  await drawAll(page);
  await page.locator("#live-state.on").waitFor();
  const accuracy = plot(page, "Accuracy");
  await accuracy.getByRole("button", {name: "train"}).click();
  await accuracy.getByRole("button", {name: "Log"}).click();
  await drag(page, accuracy, 0.25, 0.5);
  const zoomed = await page.locator(".zoom-bar span").textContent();
  const marked = await accuracy.locator("canvas").evaluate(canvas => canvas.dataset.kept = "yes");
  const rows = row => page.waitForFunction(wanted => document.getElementById("live-verdict").textContent.includes(wanted), row);
  for (const step of [3700, 3800, 3900]) {
    const row = `${step},0.001,1,0.3,0.98,0.001,0.1,0.001,1,16`;
    // A row that is written in two pieces counts once it is whole.
    appendFileSync(given.metrics, row.slice(0, 9));
    appendFileSync(given.metrics, row.slice(9) + "\n");
    await rows(String(step));
  }
  must(await page.locator(".zoom-bar span").textContent() === zoomed, "another part is shown");
  must(await accuracy.getByRole("button", {name: "train"}).getAttribute("aria-pressed") === "false", "the series is on again");
  must(await accuracy.getByRole("button", {name: "Log"}).getAttribute("aria-pressed") === "true", "the axis is linear again");
  must(await accuracy.locator("canvas").evaluate(canvas => canvas.dataset.kept) === marked, "the plot was made anew");
  writeFileSync(given.metrics.replace("metrics.csv", "spectrum_another.csv"), "step,sigma_1,sigma_2\n100,2,1\n3900,3,1\n");
  await page.locator("figcaption", {hasText: "observer another"}).waitFor();
  const captions = await page.locator("#live-figures figcaption").allTextContents();
  const first = observer => captions.findIndex(caption => caption.includes(observer));
  must(first("observer another") > 0 && first("observer another") < first("observer everyStep"), "in the order " + captions.join(" / "));
  await page.locator(".zoom-bar button").click();
  await hover(page, plot(page, "Loss"), 0.999);
  const last = (await plot(page, "Loss").locator(".plot-x .plot-value").textContent()).replace(/\D/g, "");
  must(last === "3900", "ends at " + last);
  await checkAxe(page);
  await page.screenshot({path: join(given.out, "live-grown.png"), fullPage: true});
}));

for (const [name, action] of checks) {
  try {
    await action();
    console.log("ok " + name);
  } catch (failure) {
    console.log(`not ok ${name}: ${String(failure.message).replaceAll("\n", " ").slice(0, 1500)}`);
  }
}
await browser.close();
console.log("end");
