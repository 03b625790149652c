'use strict';
// Printed, with JavaScript and without, the page has on paper every word that is on the screen, folded parts among them.
// Ways to other pages (<nav>) and controls need not be.

const { spawnSync } = require('node:child_process');
const { Tab } = require('../tab.js');

const WORDS_SHOWN = 8;

// The words of a PDF, and all of it without white space: a word may go over the end of a line.
function readPdf(pdf) {
	const { stdout, stderr, error, status } = spawnSync('pdftotext', ['-raw', '-enc', 'UTF-8', '-', '-'], {
		input: pdf,
		maxBuffer: 1 << 28,
	});
	if (error || status !== 0) throw new Error(`pdftotext: ${error?.message ?? stderr} (Debian package poppler-utils)`);
	const text = stdout.toString();
	return { pages: text.split('\f').length - 1, words: new Set(text.split(/\s+/)), run: text.replace(/\s+/g, '') };
}

function wordsOfBody() {
	for (const details of document.querySelectorAll('details')) details.open = true;
	for (const element of document.querySelectorAll('nav')) element.remove();
	return [...new Set(document.body.innerText.split(/\s+/))].filter((word) => word !== '');
}

async function run(page) {
	const expected = await Tab.with(page.chromium, page.file, { script: false }, (tab) => tab.call(wordsOfBody));
	const faults = [];
	for (const script of [true, false]) {
		const pdf = readPdf(await Tab.with(page.chromium, page.file, { script }, (tab) => tab.pdf()));
		const missing = expected.filter((word) => !pdf.words.has(word) && !pdf.run.includes(word));
		const how = script ? 'with' : 'without';
		if (pdf.pages < 1) faults.push(`printed ${how} JavaScript it has no page`);
		if (missing.length > 0)
			faults.push(
				`printed ${how} JavaScript it lacks ${missing.length} words: ${missing.slice(0, WORDS_SHOWN).join(' ')}`,
			);
	}
	return faults;
}

module.exports = { name: 'print', says: 'prints whole', run };
