#!/usr/bin/env node
'use strict';
// check.js [--only CHECK,...] [--shots FOLDER] [--archive FOLDER]... [PAGE|FOLDER]...
// Looks at pages in Chromium, as tests/browser/checks/ says, and at archives as a whole: "ok" or "FAIL" for each check, and
// "N passed, N failed" at the end. Of a folder every page in it is looked at.
//
// To add a check: a file in checks/ and a fault in faults.js that it catches.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Chromium } = require('./chromium.js');
const { Archive } = require('./links.js');
const { takeShots } = require('./shots.js');
const { Tab } = require('./tab.js');

const FAULTS_SHOWN = 10;
const checks = fs
	.readdirSync(path.join(__dirname, 'checks'))
	.sort()
	.map((file) => require(path.join(__dirname, 'checks', file)));

// A page that is looked at: its file, where it is looked at, and what several checks want to know.
class Page {
	#texts;

	constructor(chromium, file) {
		this.chromium = chromium;
		this.file = path.resolve(file);
	}

	textsWithoutScript() {
		this.#texts ??= Tab.with(this.chromium, this.file, { script: false }, (tab) => tab.texts());
		return this.#texts;
	}
}

// Faults that a check finds of a page.
async function runCheck(check, page) {
	try {
		return await check.run(page);
	} catch (error) {
		return [error.message];
	}
}

function findPages(name) {
	if (!fs.statSync(name).isDirectory()) return [name];
	return fs
		.readdirSync(name, { recursive: true })
		.filter((file) => file.endsWith('.html'))
		.map((file) => path.join(name, file))
		.filter((file) => fs.lstatSync(file).isFile())
		.sort();
}

class Score {
	#passed = 0;
	#failed = 0;

	tell(sentence, faults) {
		if (faults.length === 0) {
			this.#passed++;
			console.log(`ok    ${sentence}`);
			return;
		}
		this.#failed++;
		console.log(`FAIL  ${sentence}`);
		for (const fault of faults.slice(0, FAULTS_SHOWN)) console.log(`      ${fault.replace(/\s+/g, ' ').slice(0, 400)}`);
		if (faults.length > FAULTS_SHOWN) console.log(`      and ${faults.length - FAULTS_SHOWN} more`);
	}

	end() {
		console.log(`${this.#passed} passed, ${this.#failed} failed`);
		return this.#failed === 0 ? 0 : 1;
	}
}

// "2024-05-14/index.html": enough of a path to know it by.
const shortName = (file) => file.split(path.sep).slice(-6).join('/');

async function main() {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			only: { type: 'string' },
			shots: { type: 'string' },
			archive: { type: 'string', multiple: true, default: [] },
		},
	});
	const wanted = values.only?.split(',') ?? checks.map(({ name }) => name);
	const score = new Score();
	const chromium = new Chromium();
	try {
		for (const file of positionals.flatMap(findPages)) {
			const page = new Page(chromium, file);
			for (const check of checks.filter(({ name }) => wanted.includes(name)))
				score.tell(`${shortName(file)} ${check.says}`, await runCheck(check, page));
			if (values.shots && !values.only) await takeShots(chromium, page.file, values.shots, shortName(file).replace(/\W+/g, '-'));
		}
		for (const folder of values.archive) {
			const archive = await Archive.read(chromium, folder);
			for (const [says, faults] of archive.judge())
				score.tell(`${path.basename(folder)} (${archive.count} pages and feeds) ${says}`, faults);
		}
	} finally {
		chromium.stop();
	}
	return score.end();
}

module.exports = { Page, Score, checks, runCheck };

if (require.main === module) {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(99));
	main().then(
		(status) => process.exit(status),
		(error) => {
			console.error(`check.js: ${error.message}`);
			process.exit(99);
		},
	);
}
