'use strict';
// The page carries a policy that forbids everything but its own style and script by their digests, keeps it, and keeps it
// as well when a server says the same.

const http = require('node:http');
const fs = require('node:fs');
const { Tab } = require('../tab.js');

// Not in the list: allowed nowhere.
const allowed = {
	'default-src': /^'none'$/,
	'style-src': /^'sha256-[A-Za-z0-9+/]{43}='$/,
	'script-src': /^'sha256-[A-Za-z0-9+/]{43}='$/,
	'base-uri': /^'none'$/,
	'form-action': /^'none'$/,
};

function judge(policy) {
	if (!policy) return ['it carries no Content-Security-Policy'];
	const directives = policy.split(';').map((part) => part.trim().split(/\s+/));
	const faults = directives
		.filter(([name, ...values]) => !allowed[name] || values.some((value) => !allowed[name].test(value)))
		.map((directive) => `its policy says "${directive.join(' ')}"`);
	if (!directives.some(([name]) => name === 'default-src')) faults.push("its policy does not say default-src 'none'");
	return faults;
}

// what(address) while a server on this machine gives the file, with the policy as a header.
async function serve(file, policy, what) {
	const server = http.createServer((request, response) => {
		response.writeHead(request.url === '/page.html' ? 200 : 404, {
			'Content-Type': 'text/html; charset=utf-8',
			'Content-Security-Policy': policy,
			'X-Content-Type-Options': 'nosniff',
		});
		response.end(request.url === '/page.html' ? fs.readFileSync(file) : '');
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		return await what(`http://127.0.0.1:${server.address().port}/page.html`);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
}

const policyOf = () => document.querySelector('meta[http-equiv="Content-Security-Policy" i]')?.content ?? '';

async function run(page) {
	const { policy, complaints, texts } = await Tab.with(page.chromium, page.file, {}, async (tab) => ({
		policy: await tab.call(policyOf),
		texts: await tab.texts(),
		complaints: tab.complaints,
	}));
	const faults = [...judge(policy), ...complaints];
	if (!policy) return faults;
	const served = await serve(page.file, policy, (address) =>
		Tab.with(page.chromium, address, {}, async (tab) => ({ texts: await tab.texts(), complaints: tab.complaints })),
	);
	if (JSON.stringify(served.texts) !== JSON.stringify(texts)) faults.push('it tells something else when it is served');
	return [...faults, ...served.complaints.map((complaint) => `served: ${complaint}`)];
}

module.exports = { name: 'policy', says: 'keeps a strict content security policy, as a file and served', run };
