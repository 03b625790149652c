'use strict';
// axe-core finds nothing to object to, in light and in dark, with everything unfolded.

const fs = require('node:fs');
const { Tab } = require('../tab.js');

const source = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const lookAt = async () => {
	const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
	return violations.map(({ id, help, nodes }) => ({
		id,
		help,
		count: nodes.length,
		first: `${nodes[0].target.join(' ')} ${nodes[0].any[0]?.message ?? ''}`,
	}));
};

async function run(page) {
	return Tab.with(page.chromium, page.file, {}, async (tab) => {
		const faults = [];
		await tab.load(source);
		await tab.texts();
		for (const scheme of ['light', 'dark']) {
			await tab.scheme(scheme);
			for (const { id, help, count, first } of await tab.call(lookAt))
				faults.push(`${scheme}: ${id} (${help}), ${count} times, first at ${first.slice(0, 300)}`);
		}
		return faults;
	});
}

module.exports = { name: 'access', says: 'has no axe-core violation in light and dark', run };
