'use strict';
// Faults, each of which the check that is named must catch, and no other: what has changed in the sample page.
// [check, what is wrong, what is replaced, by what]. A fault that also breaks another rule names both: 'text policy'.

module.exports = [
	['access', 'text too pale in light', '--soft:#4d545c', '--soft:#b4bac2'],
	['access', 'text too pale in dark', '--soft:#b4bac2', '--soft:#4d545c'],
	['access', 'a figure without a name', / aria-labelledby="t-1 d-1">\n<title.*/, '>'],
	['access', 'a heading left out', /h2/g, 'h4'],
	['requests policy', 'a picture from elsewhere', '</h1>', '</h1><img src="http://192.0.2.80/x.png" alt="">'],
	['policy', 'a picture in the page', '</h1>', '</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="">'],
	['requests policy', 'a style sheet from elsewhere', '<style>', '<style>@import "http://192.0.2.80/x.css";'],
	['text', 'text by JavaScript alone', '</script>', "document.querySelector('h1').append(' by script');</script>"],
	['text print', 'text that JavaScript takes away', '</script>', "document.querySelector('#note').remove();</script>"],
	['text print', 'text that JavaScript changes', '</script>', "document.querySelector('#note').textContent = 'Local times.';</script>"],
	['text print', 'text for those without JavaScript', '</h1>', '</h1><noscript><p>Turn it on.</p></noscript>'],
	['narrow', 'something 500 px wide', '<style>', '<style>figure{width:500px}'],
	['narrow', 'something 500 px wide, cut off', '<style>', '<style>body{overflow-x:hidden}figure{width:500px}'],
	['narrow', 'a box that scrolls out of the keyboard\'s reach', ' tabindex="0"', ''],
	['narrow print', 'a line that does not break', 'overflow-wrap:anywhere', 'word-spacing:30rem;white-space:nowrap'],
	['narrow', 'no word on the width of the screen', /<meta name="viewport".*\n/, ''],
	['policy markup', 'a style attribute', '<h1>', '<h1 style="color:black">'],
	['policy', 'an event handler', '<h1>', '<h1 onclick="void 0">'],
	['policy', 'no policy', /<meta http-equiv.*\n/, ''],
	['policy', 'a policy with a hole', "default-src 'none'", "default-src 'none'; img-src *"],
	['policy', 'a policy that allows any script', /script-src 'sha256-[^']*'/, "script-src 'unsafe-inline'"],
	['policy', 'a script that ends in an exception', '</script>', 'nothing.here();</script>'],
	['print', 'folded text that stays folded on paper', 'content-visibility:visible', 'color:inherit'],
	['print', 'text hidden on paper', '@media print{', '@media print{#note{display:none}'],
	['print', 'a table cut off on paper', 'td,th{white-space:normal;padding-right:1rem}', 'td,th{padding-right:40rem}'],
	['markup', 'an element that is not closed', '</figcaption>', ''],
	['markup', 'two of one id', 'id="note"', 'id="f-1"'],
	['markup', 'a table in a paragraph', '<p class="note"', '<p><table><caption>x</caption></table></p><p class="note"'],
];
