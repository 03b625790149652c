#!/usr/bin/env node
'use strict';
// shot.js PAGE PICTURE [HEIGHT]: the upper part of a page, 1280 px wide, as a PNG for the README.

const fs = require('node:fs');
const { Chromium } = require('./chromium.js');
const { encode } = require('./palette.js');
const { Tab } = require('./tab.js');

const OCTETS_MAX = 150000;

// The pixels of a PNG, told by the browser's own decoder.
async function decode(png) {
	const image = new Image();
	image.src = `data:image/png;base64,${png}`;
	await image.decode();
	const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
	canvas.drawImage(image, 0, 0);
	const { data } = canvas.getImageData(0, 0, image.width, image.height);
	let octets = '';
	for (let i = 0; i < data.length; i += 8192) octets += String.fromCharCode(...data.subarray(i, i + 8192));
	return { width: image.width, height: image.height, pixels: btoa(octets) };
}

async function main([page, picture, height = '1000']) {
	const chromium = new Chromium();
	try {
		const png = await Tab.with(chromium, page, {}, async (tab) => {
			await tab.scheme('light');
			return tab.picture(Number(height));
		});
		const tab = await Tab.open(chromium);
		const image = await tab.call(decode, png.toString('base64'));
		const octets = encode(image.width, image.height, Buffer.from(image.pixels, 'base64'));
		if (octets.length > OCTETS_MAX)
			throw new Error(`${page}: a picture of ${octets.length} octets, expected at most ${OCTETS_MAX}; take less height`);
		fs.writeFileSync(picture, octets);
		console.log(`${picture}: ${image.width} x ${image.height}, ${octets.length} octets`);
	} finally {
		chromium.stop();
	}
}

main(process.argv.slice(2)).catch((error) => {
	console.error(`shot.js: ${error.message}`);
	process.exitCode = 1;
});
