'use strict';
// A folder of pages and feeds as a whole: every address in them is a file of the folder, every fragment an element of its page,
// and every page is reached from the first one.

const fs = require('node:fs');
const path = require('node:path');
const { Tab } = require('./tab.js');

const SHOWN = 20; // faults of one kind

// All that refers to something, and all that can be referred to; of a document as text, read by the browser's own parsers.
function readDocument(text, type) {
	const document = new DOMParser().parseFromString(text, type);
	if (document.querySelector('parsererror')) return { error: document.querySelector('parsererror').textContent };
	const addresses = ['href', 'xlink:href', 'src', 'action', 'formaction', 'poster', 'data', 'background'];
	const links = [];
	const ids = ['top', ''];
	for (const element of document.querySelectorAll('*')) {
		if (element.id) ids.push(element.id);
		for (const { name, value } of element.attributes) {
			if (addresses.includes(name)) links.push(value);
			if (name === 'srcset') links.push(...value.split(',').map((part) => part.trim().split(/\s/)[0]));
			for (const [, target] of value.matchAll(/url\(["']?([^"')]*)/g)) links.push(target);
		}
	}
	const entries = [...document.querySelectorAll('feed > entry')].map((entry) => ({
		id: entry.querySelector(':scope > id')?.textContent,
		updated: entry.querySelector(':scope > updated')?.textContent,
		title: entry.querySelector(':scope > title')?.textContent,
	}));
	return { links, ids, entries, isFeed: document.documentElement.localName === 'feed' };
}

const types = { '.html': 'text/html', '.atom': 'application/xml', '.xml': 'application/xml', '.svg': 'application/xml' };

function listFiles(folder) {
	return fs
		.readdirSync(folder, { withFileTypes: true })
		.flatMap((entry) =>
			entry.isDirectory() ? listFiles(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
		);
}

class Archive {
	#root;
	#documents = new Map(); // what readDocument tells, by file

	static async read(chromium, root) {
		const archive = new Archive();
		archive.#root = fs.realpathSync(root);
		const tab = await Tab.open(chromium);
		for (const file of listFiles(archive.#root).sort()) {
			const type = types[path.extname(file)];
			if (type && fs.lstatSync(file).isFile())
				archive.#documents.set(file, await tab.call(readDocument, fs.readFileSync(file, 'utf8'), type));
		}
		await tab.close();
		return archive;
	}

	get count() {
		return this.#documents.size;
	}

	#name(file) {
		return path.relative(this.#root, file);
	}

	// What is wrong with an address in a file; the file it leads to when nothing is.
	#follow(file, link) {
		if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(link)) return { fault: 'leaves the folder' };
		if (link.includes('?')) return { fault: 'asks a server' };
		if (link.startsWith('/')) return { fault: 'is no relative address' };
		const [name, fragment] = link.split('#', 2).map(decodeURIComponent);
		const target = name === '' ? file : path.resolve(path.dirname(file), name);
		if (!fs.existsSync(target)) return { fault: 'is dead: no such file' };
		const real = fs.realpathSync(target);
		if (!real.startsWith(this.#root + path.sep)) return { fault: 'leads out of the folder' };
		if (!fs.statSync(real).isFile()) return { fault: 'leads to a folder' };
		const document = this.#documents.get(real);
		if (fragment !== undefined && document && !document.ids?.includes(fragment))
			return { fault: 'is dead: no such fragment' };
		return { target: real };
	}

	// Of every link: where it leads. [{ file, link, fault, target }]
	#followAll() {
		return [...this.#documents].flatMap(([file, { links = [] }]) =>
			[...new Set(links)].map((link) => ({ file, link, ...this.#follow(file, link) })),
		);
	}

	// [sentence, faults] of each thing looked at.
	judge() {
		const followed = this.#followAll();
		const dead = followed.filter(({ fault }) => fault);
		return [
			['has no dead link', dead.map(({ file, link, fault }) => `${this.#name(file)}: ${link} ${fault}`)],
			['is reached page by page from its first', this.#unreached(followed)],
			['has feeds as Atom wants them', this.#feedFaults()],
		].map(([says, faults]) => [
			says,
			faults.length > SHOWN ? [...faults.slice(0, SHOWN), `and ${faults.length - SHOWN} more`] : faults,
		]);
	}

	#unreached(followed) {
		const first = path.join(this.#root, 'index.html');
		const reached = new Set([first]);
		// A set's iteration goes on to what is added meanwhile.
		for (const file of reached)
			for (const link of followed) if (link.file === file && link.target) reached.add(link.target);
		return [...this.#documents.keys()].filter((file) => !reached.has(file)).map((file) => `${this.#name(file)}: no way there`);
	}

	#feedFaults() {
		const faults = [];
		for (const [file, { error, isFeed, entries }] of this.#documents) {
			if (error) faults.push(`${this.#name(file)}: ${error}`);
			if (!isFeed) continue;
			const ids = entries.map(({ id }) => id);
			if (entries.length === 0) faults.push(`${this.#name(file)}: no entry`);
			if (new Set(ids).size < ids.length) faults.push(`${this.#name(file)}: two entries have one id`);
			for (const { id, updated, title } of entries)
				if (!id || !title || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(updated))
					faults.push(`${this.#name(file)}: entry ${id}: lacks its id, title or time`);
		}
		return faults;
	}
}

module.exports = { Archive };
