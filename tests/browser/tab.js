'use strict';
// A tab with one page in it, and what happens while it is read: requests, complaints.

const { pathToFileURL } = require('node:url');

const LOAD_MS = 60000;

// The texts that a reader can see, in order: [what is said, whether a control says it]. All <details> are opened before.
function readTexts() {
	const controls = 'button, input, select, textarea, option, output, label';
	for (const details of document.querySelectorAll('details')) details.open = true;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const texts = [];
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const text = node.data.trim().replace(/\s+/g, ' ');
		const parent = node.parentElement;
		if (text !== '' && parent.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
			texts.push([text, parent.closest(controls) !== null]);
	}
	return texts;
}

class Tab {
	#chromium;
	#target;
	#loaded;
	requests = []; // addresses
	complaints = []; // what the browser says of the page: errors, refusals, warnings

	// options: script: false turns JavaScript off. policy: false lets the page do what its own policy forbids.
	static async open(chromium, options = {}) {
		const tab = new Tab();
		tab.#chromium = chromium;
		tab.#target = await chromium.open((method, params) => tab.#hear(method, params));
		for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await tab.send(`${domain}.enable`);
		await tab.size(1280, 800);
		if (options.script === false) await tab.send('Emulation.setScriptExecutionDisabled', { value: true });
		if (options.policy === false) await tab.send('Page.setBypassCSP', { enabled: true });
		return tab;
	}

	// what(tab) for a page that is opened and closed.
	static async with(chromium, address, options, what) {
		const tab = await Tab.open(chromium, options);
		try {
			await tab.go(address);
			return await what(tab);
		} finally {
			await tab.close();
		}
	}

	send(method, params) {
		return this.#chromium.send(method, params, this.#target.sessionId);
	}

	#hear(method, params) {
		if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
		else if (method === 'Log.entryAdded' && params.entry.level !== 'verbose') this.complaints.push(params.entry.text);
		else if (method === 'Runtime.exceptionThrown')
			this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
		else if (method === 'Runtime.consoleAPICalled')
			this.complaints.push(params.args.map((argument) => argument.value).join(' '));
		else if (method === 'Page.loadEventFired') this.#loaded?.();
	}

	// address: of a file, or http://...
	async go(address) {
		const url = address.startsWith('http:') ? address : pathToFileURL(address).href;
		let timer;
		const loaded = new Promise((resolve, reject) => {
			timer = setTimeout(() => reject(new Error(`${address}: not loaded within ${LOAD_MS / 1000} s`)), LOAD_MS);
			this.#loaded = resolve;
		});
		loaded.catch(() => {});
		const { errorText } = await this.send('Page.navigate', { url });
		if (!errorText) await loaded;
		clearTimeout(timer);
		if (errorText) throw new Error(`${address}: ${errorText}`);
	}

	// What a function of the page's world returns; arguments and result pass as JSON.
	async call(fn, ...values) {
		const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
			expression: `(${fn})(...${JSON.stringify(values)})`,
			awaitPromise: true,
			returnByValue: true,
		});
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	}

	// Source of a library, into the page's world; the page's policy does not bind it.
	async load(source) {
		const { exceptionDetails } = await this.send('Runtime.evaluate', { expression: `${source};0` });
		if (exceptionDetails) throw new Error(exceptionDetails.text);
	}

	size(width, height, mobile = false) {
		return this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile });
	}

	// scheme: 'light' or 'dark'
	scheme(scheme) {
		return this.send('Emulation.setEmulatedMedia', {
			features: [
				{ name: 'prefers-color-scheme', value: scheme },
				{ name: 'prefers-reduced-motion', value: 'reduce' },
			],
		});
	}

	texts() {
		return this.call(readTexts);
	}

	// PNG of what is on the screen, or with height of as much of the page, at most.
	async picture(height = 0) {
		const { cssContentSize: content } = await this.send('Page.getLayoutMetrics');
		const { cssLayoutViewport: screen } = await this.send('Page.getLayoutMetrics');
		const clip = {
			x: 0,
			y: 0,
			width: screen.clientWidth,
			height: height ? Math.min(height, content.height) : screen.clientHeight,
			scale: 1,
		};
		const { data } = await this.send('Page.captureScreenshot', { clip, captureBeyondViewport: height > 0 });
		return Buffer.from(data, 'base64');
	}

	async pdf() {
		const { data } = await this.send('Page.printToPDF', { printBackground: true, preferCSSPageSize: true });
		return Buffer.from(data, 'base64');
	}

	close() {
		return this.#chromium.close(this.#target);
	}
}

module.exports = { Tab };
