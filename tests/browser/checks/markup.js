'use strict';
// html-validate finds no error.

const { HtmlValidate, StaticConfigLoader } = require('html-validate');

// All that is recommended. A rule that is turned off says here why.
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ['html-validate:recommended'], rules: {} }));

async function run(page) {
	const { results } = await validator.validateFile(page.file);
	return results
		.flatMap(({ messages }) => messages)
		.filter(({ severity }) => severity === 2)
		.map(({ line, column, ruleId, message }) => `${line}:${column}: ${message} (${ruleId})`);
}

module.exports = { name: 'markup', says: 'has no html-validate error', run };
