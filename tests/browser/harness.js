#!/usr/bin/env node
'use strict';
// harness.js SCRATCH: that the checks themselves see what is wrong. The sample page passes all of them, and each fault that is
// planted in it is caught by the check that is there for it, and by no other.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Page, Score, checks, runCheck } = require('./check.js');
const { Chromium } = require('./chromium.js');
const text = require('./checks/text.js');
const { Archive } = require('./links.js');
const faults = require('./faults.js');

const sample = fs.readFileSync(path.join(__dirname, 'sample.html'), 'utf8');

const digest = (text) => `'sha256-${crypto.createHash('sha256').update(text).digest('base64')}'`;

// Puts the policy into a page; its digests are those of its one style sheet and its one script.
function seal(html) {
	const [, style] = html.match(/<style>([^]*?)<\/style>/);
	const [, script] = html.match(/<script>([^]*?)<\/script>/);
	const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; base-uri 'none'; form-action 'none'`;
	return html.replace('POLICY', `<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

// A change to the policy itself comes after it is made, any other before.
function plant(from, to) {
	const changed = sample.replace(from, () => to);
	if (changed !== sample) return seal(changed);
	const sealed = seal(sample);
	const resealed = sealed.replace(from, () => to);
	if (resealed === sealed) throw new Error(`the sample page has no ${from}`);
	return resealed;
}

async function provePages(chromium, folder, score) {
	const file = path.join(folder, 'page.html');
	fs.writeFileSync(file, seal(sample));
	for (const check of checks) score.tell(`the sample page ${check.says}`, await runCheck(check, new Page(chromium, file)));

	for (const [expected, what, from, to] of faults) {
		fs.writeFileSync(file, plant(from, to));
		const page = new Page(chromium, file);
		const caught = {};
		for (const check of checks) {
			const found = await runCheck(check, page);
			if (found.length > 0) caught[check.name] = found;
		}
		const names = Object.keys(caught).sort().join(' ');
		score.tell(
			`${what} is caught by: ${expected}`,
			names === expected.split(' ').sort().join(' ')
				? []
				: [`caught by: ${names || 'none'}`, ...Object.entries(caught).map(([name, [first]]) => `${name}: ${first}`)],
		);
	}
}

// The day's findings, as they lie beside the page, and whether the page tells them; its own says "identifier 0123456789abcdef".
const days = [
	['the finding that is told', '{"id":"0123456789abcdef"}\n', true],
	['one more, labelled', '{"id":"0123456789abcdef"}\n{"id":"fedcba9876543210","known":{"action":"label"}}\n', true],
	['one more', '{"id":"0123456789abcdef"}\n{"id":"fedcba9876543210"}\n', false],
	['another', '{"id":"fedcba9876543210","known":{"action":"label"}}\n', false],
	['none', '', false],
];

async function proveFindings(chromium, folder, score) {
	const file = path.join(folder, 'index.html');
	fs.writeFileSync(file, seal(sample.replace('</h2>', '</h2><p>identifier 0123456789abcdef</p>')));
	for (const [what, findings, expected] of days) {
		fs.writeFileSync(path.join(folder, 'findings.ndjson'), findings);
		const found = await runCheck(text, new Page(chromium, file));
		score.tell(
			`findings.ndjson with ${what}: the page ${expected ? 'tells' : 'does not tell'} what it should`,
			(found.length === 0) === expected ? [] : [`found: ${found.join('; ') || 'nothing'}`],
		);
	}
}

const feed = (entries) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>${entries}</feed>`;
const entry = (id, href) =>
	`<entry><id>${id}</id><title>x</title><updated>2024-05-14T00:00:00Z</updated><link href="${href}"/></entry>`;

// What is wrong with a folder of pages, and which sentence must say so (of Archive's judge, by number; -1: none). Files to write.
const archives = [
	[-1, 'a whole archive', {}],
	[0, 'a link to no file', { 'index.html': '<a href="2024/page.html">a</a><a href="gone.html">x</a>' }],
	[0, 'a link to no fragment', { 'index.html': '<a href="2024/page.html#gone">a</a>' }],
	[0, 'a link to another site', { 'index.html': '<a href="2024/page.html">a</a><a href="https://192.0.2.80/">x</a>' }],
	[0, 'a link to another site, without its scheme', { 'index.html': '<a href="2024/page.html">a</a><a href="//192.0.2.80/">x</a>' }],
	[0, 'a link out of the folder', { 'index.html': '<a href="2024/page.html">a</a><a href="../outside.html">x</a>' }],
	[0, 'a link to a folder', { 'index.html': '<a href="2024/page.html">a</a><a href="2024/">x</a>' }],
	[0, 'a figure that uses a pattern of no figure', { 'index.html': '<a href="2024/page.html">a</a><svg><rect fill="url(#gone)"/></svg>' }],
	[0, "a feed's link to no file", { 'feed.atom': feed(entry('tag:1', 'gone.html')) }],
	[1, 'a page that no page leads to', { '2024/lost.html': '<a href="../index.html">a</a>' }],
	[2, 'a feed that is no XML', { 'feed.atom': '<feed><title>a & b</title></feed>' }],
	[2, 'two entries of one id', { 'feed.atom': feed(entry('tag:1', 'index.html') + entry('tag:1', 'index.html')) }],
];

const whole = {
	'index.html': '<link rel="alternate" href="feed.atom"><a href="2024/page.html#f-1">a</a>',
	'2024/page.html': '<h2 id="f-1">x</h2><a href="../index.html">a</a><a href="#f-1">b</a><a href="findings.csv">c</a>',
	'2024/findings.csv': '',
	'feed.atom': feed(entry('tag:1', '2024/page.html#f-1')),
};

async function proveArchives(chromium, folder, score) {
	fs.writeFileSync(path.join(folder, 'outside.html'), '');
	for (const [expected, what, changes] of archives) {
		const root = path.join(folder, 'archive');
		fs.rmSync(root, { recursive: true, force: true });
		fs.mkdirSync(path.join(root, '2024'), { recursive: true });
		const files = { 'index.html': `${whole['index.html']}${changes['index.html'] ?? ''}` };
		for (const [name, text] of Object.entries({ ...whole, ...changes, ...files })) fs.writeFileSync(path.join(root, name), text);
		const judged = (await Archive.read(chromium, root)).judge();
		const caught = judged.findIndex(([, found]) => found.length > 0);
		score.tell(
			expected < 0 ? `${what} has nothing to object to` : `${what}: not one that ${judged[expected][0]}`,
			caught === expected ? [] : [`found: ${judged.flatMap(([, found]) => found).join('; ') || 'nothing'}`],
		);
	}
}

async function main() {
	const score = new Score();
	const chromium = new Chromium();
	try {
		console.log(`      ${await chromium.version()}, node ${process.version}`);
		await provePages(chromium, process.argv[2], score);
		await proveFindings(chromium, process.argv[2], score);
		await proveArchives(chromium, process.argv[2], score);
	} finally {
		chromium.stop();
	}
	return score.end();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(99));
main().then(
	(status) => process.exit(status),
	(error) => {
		console.error(`harness.js: ${error.stack}`);
		process.exit(99);
	},
);
