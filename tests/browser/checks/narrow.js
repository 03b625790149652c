'use strict';
// On a screen 360 px wide the page does not scroll sideways; what is wider scrolls in a box of its own, that the keyboard reaches.

const { Tab } = require('../tab.js');

const WIDTH = 360;

function lookAt(width) {
	const name = (element) => `<${[element.localName, ...[...element.attributes].map(({ name, value }) => `${name}=${value}`)].join(' ').slice(0, 80)}>`;
	const faults = [];
	const { clientWidth, scrollWidth } = document.documentElement;
	if (clientWidth !== width) faults.push(`it is laid out ${clientWidth} px wide: no <meta name=viewport>`);
	if (scrollWidth > width) faults.push(`it is ${scrollWidth} px wide`);
	const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
	// Elements that stick out of the screen, unless they lie in a box that scrolls; those of a pixel are meant to be heard only.
	const visit = (element) => {
		const box = element.getBoundingClientRect();
		if (box.width > 1 && (box.right > width + 0.5 || box.left < -0.5)) {
			faults.push(`${name(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} px`);
			return;
		}
		if (scrolls(element) && element !== document.body) {
			if (element.scrollWidth > element.clientWidth && element.tabIndex < 0)
				faults.push(`${name(element)} scrolls sideways, and the keyboard does not reach it: no tabindex=0`);
			return;
		}
		if (element.localName === 'svg') return;
		for (const child of element.childNodes) {
			if (child instanceof Element) visit(child);
			else if (box.width > 1) visitText(child, element);
		}
	};
	const visitText = (text, element) => {
		const range = document.createRange();
		range.selectNodeContents(text);
		const { right } = range.getBoundingClientRect();
		if (right > width + 0.5) faults.push(`what ${name(element)} says reaches to ${Math.round(right)} px`);
	};
	visit(document.body);
	return faults;
}

async function run(page) {
	return Tab.with(page.chromium, page.file, {}, async (tab) => {
		await tab.size(WIDTH, 740, true);
		await tab.texts();
		return tab.call(lookAt, WIDTH);
	});
}

module.exports = { name: 'narrow', says: `fits a screen ${WIDTH} px wide`, run };
