'use strict';
// Nothing is fetched but the page, even where its policy does not forbid it.

const { Tab } = require('../tab.js');

async function run(page) {
	const requests = await Tab.with(page.chromium, page.file, { policy: false }, async (tab) => {
		await tab.texts(); // details opened: what is loaded late is loaded
		await tab.scheme('dark');
		await tab.call(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
		return tab.requests;
	});
	return requests.slice(1).map((request) => `it asks for ${request.slice(0, 200)}`);
}

module.exports = { name: 'requests', says: 'asks for no other file', run };
