'use strict';
// A picture as a PNG of at most 256 colours: pages have few, and the file is a third as large.
// Source: PNG specification, third edition, chapters 5 and 11.

const zlib = require('node:zlib');

const COLOURS = 256;

// The most bits of each channel with which the pixels have no more colours than a palette holds; [colours, index of each pixel].
function index(pixels) {
	for (let bits = 8; ; bits--) {
		const step = 1 << (8 - bits);
		const round = (value) => Math.min(255, Math.round(value / step) * step);
		const colours = new Map();
		const indices = Buffer.alloc(pixels.length / 4);
		for (let i = 0; i < indices.length && colours.size <= COLOURS; i++) {
			const colour = (round(pixels[4 * i]) << 16) | (round(pixels[4 * i + 1]) << 8) | round(pixels[4 * i + 2]);
			if (!colours.has(colour)) colours.set(colour, colours.size);
			indices[i] = colours.get(colour);
		}
		if (colours.size <= COLOURS) return [[...colours.keys()], indices];
	}
}

function crc(octets) {
	let rest = ~0;
	for (const octet of octets) {
		rest ^= octet;
		for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
	}
	return ~rest >>> 0;
}

function chunk(type, data) {
	const out = Buffer.alloc(12 + data.length);
	out.writeUInt32BE(data.length);
	out.write(type, 4, 'latin1');
	data.copy(out, 8);
	out.writeUInt32BE(crc(out.subarray(4, -4)), out.length - 4);
	return out;
}

// pixels: RGBA, row by row; what shines through is not kept.
function encode(width, height, pixels) {
	const [colours, indices] = index(pixels);
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3], 8); // bits a pixel; indices into a palette
	const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
	const rows = Buffer.alloc(height * (width + 1)); // a filter type of 0 before each row
	for (let y = 0; y < height; y++) indices.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', head),
		chunk('PLTE', palette),
		chunk('IDAT', zlib.deflateSync(rows, { level: 9, memLevel: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

module.exports = { encode };
