'use strict';
// Without JavaScript all that the page tells is there; with it nothing goes away, and what comes is said by controls alone.

const fs = require('node:fs');
const path = require('node:path');
const { Tab } = require('../tab.js');

const FIRST = 20;

// What is missing of the texts without JavaScript among those with it, and what is added outside controls.
function compare(without, withScript) {
	let next = 0;
	for (const [text, said] of withScript) {
		if (next < without.length && text === without[next][0]) next++;
		else if (!said)
			return [`with JavaScript it says "${text.slice(0, 80)}" where it says "${without[next]?.[0].slice(0, 80) ?? 'nothing'}" without`];
	}
	return next < without.length ? [`without JavaScript alone it says "${without[next][0].slice(0, 80)}"`] : [];
}

// The day's findings lie beside its page, those of highest rank first: the first are told in full, but for those that a list of
// the site's labels, and none is made up.
function compareFindings(file, text) {
	const findings = path.join(path.dirname(file), 'findings.ndjson');
	if (path.basename(file) !== 'index.html' || !fs.existsSync(findings)) return [];
	const lines = fs.readFileSync(findings, 'utf8').split('\n');
	const expected = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
	const told = new Set([...text.matchAll(/identifier ([0-9a-f]{8,})/g)].map(([, id]) => id));
	const first = expected.filter(({ known }) => known?.action !== 'label').slice(0, FIRST);
	const missing = first.filter(({ id }) => !told.has(id));
	const strange = [...told].filter((id) => !expected.some((finding) => finding.id === id));
	return [
		...missing.map(({ id }) => `it does not tell finding ${id}, which is of the first ${FIRST}`),
		...strange.map((id) => `it tells finding ${id}, which is none of findings.ndjson`),
	];
}

async function run(page) {
	const without = await page.textsWithoutScript();
	if (without.length === 0) return ['it is blank without JavaScript'];
	const texts = await Tab.with(page.chromium, page.file, {}, (tab) => tab.texts());
	return [...compare(without, texts), ...compareFindings(page.file, without.map(([text]) => text).join(' '))];
}

module.exports = { name: 'text', says: 'tells all without JavaScript', run };
