'use strict';
// A headless Chromium, spoken to over two pipes by the DevTools protocol. It stores everything in a folder of its own and
// reaches no network but this machine's; all of it is gone when stop() returns or this program ends.
// Source: https://chromedevtools.github.io/devtools-protocol/

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const COMMAND_MS = 60000; // the longest that one command may take
const FOLDERS = ['HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME']; // where Chromium writes besides its profile

class Chromium {
	#process;
	#home = fs.mkdtempSync(path.join(os.tmpdir(), 'gnomon-chromium.'));
	#last = 0;
	#waiting = new Map(); // by number of the command
	#listeners = new Map(); // by session
	#unread = [];
	#ended; // why nothing is answered any more
	#end = () => this.stop();

	constructor() {
		const options = [
			'--headless=new',
			'--remote-debugging-pipe',
			`--user-data-dir=${this.#home}/profile`,
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-default-apps',
			'--disable-dev-shm-usage',
			'--disable-extensions',
			'--disable-gpu',
			'--disable-sync',
			'--force-color-profile=srgb',
			'--hide-scrollbars',
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
			'--mute-audio',
			'about:blank',
		];
		// Chromium's sandbox wants to be begun by somebody else than root.
		if (process.getuid() === 0) options.unshift('--no-sandbox');
		this.#process = spawn(process.env.CHROMIUM || 'chromium', options, {
			detached: true, // a process group, to be ended as one
			env: { ...process.env, ...Object.fromEntries(FOLDERS.map((name) => [name, this.#home])) },
			stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
		});
		process.on('exit', this.#end);
		this.#process.on('error', (error) => this.#fail(error.message));
		this.#process.on('exit', () => this.#fail('Chromium has ended'));
		this.#process.stdio[3].on('error', () => this.#fail('Chromium does not listen'));
		this.#process.stdio[4].on('data', (octets) => this.#read(octets));
	}

	#fail(words) {
		this.#ended = words;
		for (const { reject } of this.#waiting.values()) reject(new Error(words));
		this.#waiting.clear();
	}

	// A message ends with a zero octet.
	#read(octets) {
		for (let end; (end = octets.indexOf(0)) >= 0; octets = octets.subarray(end + 1)) {
			this.#unread.push(octets.subarray(0, end));
			this.#take(JSON.parse(Buffer.concat(this.#unread).toString()));
			this.#unread = [];
		}
		this.#unread.push(octets);
	}

	#take(message) {
		if (message.id === undefined) {
			this.#listeners.get(message.sessionId)?.(message.method, message.params);
			return;
		}
		const command = this.#waiting.get(message.id);
		this.#waiting.delete(message.id);
		if (message.error) command?.reject(new Error(`${command.method}: ${message.error.message}`));
		else command?.resolve(message.result);
	}

	// The result of a command; session: of a tab, or undefined.
	send(method, params = {}, sessionId = undefined) {
		if (this.#ended) return Promise.reject(new Error(this.#ended));
		const id = ++this.#last;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#waiting.delete(id);
				reject(new Error(`${method}: no answer within ${COMMAND_MS / 1000} s`));
			}, COMMAND_MS);
			const settle = (how) => (what) => {
				clearTimeout(timer);
				how(what);
			};
			this.#waiting.set(id, { method, resolve: settle(resolve), reject: settle(reject) });
			this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
		});
	}

	// The session of a new tab; listener(method, params) hears its events.
	async open(listener) {
		const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
		const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
		this.#listeners.set(sessionId, listener);
		return { targetId, sessionId };
	}

	async close({ targetId, sessionId }) {
		this.#listeners.delete(sessionId);
		await this.send('Target.closeTarget', { targetId });
	}

	async version() {
		return (await this.send('Browser.getVersion')).product;
	}

	stop() {
		process.removeListener('exit', this.#end);
		try {
			process.kill(-this.#process.pid, 'SIGKILL');
		} catch {
			// It has ended by itself.
		}
		fs.rmSync(this.#home, { recursive: true, force: true, maxRetries: 10 });
	}
}

module.exports = { Chromium };
