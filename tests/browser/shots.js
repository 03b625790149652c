'use strict';
// Pictures of a page, for people to look at.

const fs = require('node:fs');
const path = require('node:path');
const { Tab } = require('./tab.js');

const HEIGHT_MAX = 6000;

const looks = [
	{ name: 'first', scheme: 'light', width: 1280, height: 800 },
	{ name: 'light', scheme: 'light', width: 1280, height: 800, whole: true },
	{ name: 'dark', scheme: 'dark', width: 1280, height: 800, whole: true },
	{ name: 'narrow', scheme: 'light', width: 360, height: 740, whole: true },
];

// Writes FOLDER/NAME-LOOK.png for each look.
async function takeShots(chromium, file, folder, name) {
	fs.mkdirSync(folder, { recursive: true });
	await Tab.with(chromium, file, {}, async (tab) => {
		for (const look of looks) {
			await tab.size(look.width, look.height, look.width < 500);
			await tab.scheme(look.scheme);
			fs.writeFileSync(path.join(folder, `${name}-${look.name}.png`), await tab.picture(look.whole ? HEIGHT_MAX : 0));
		}
	});
}

module.exports = { takeShots };
