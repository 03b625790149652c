/*
 * The script of every page: it only adds to what is there. Tables marked "sort" get buttons in
 * their headings, and a field that filters their rows.
 */
#include "config.h"

#include "report/html.h"

const char html_script[] =
	"'use strict';\n"
	"for (const table of document.querySelectorAll('table.sort')) {\n"
	"  const body = table.tBodies[0];\n"
	"  if (!body || body.rows.length < 3) continue;\n"
	"  const value = (row, i) => row.cells[i].dataset.value || row.cells[i].textContent;\n"
	"  table.querySelectorAll('thead th').forEach((heading, i) => {\n"
	"    const button = document.createElement('button');\n"
	"    button.type = 'button';\n"
	"    button.textContent = heading.textContent;\n"
	"    heading.textContent = '';\n"
	"    heading.append(button);\n"
	"    button.addEventListener('click', () => {\n"
	"      const down = heading.getAttribute('aria-sort') === 'ascending';\n"
	"      for (const other of table.querySelectorAll('thead th'))\n"
	"        other.removeAttribute('aria-sort');\n"
	"      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');\n"
	"      const rows = [...body.rows].sort((a, b) => value(a, i).localeCompare(\n"
	"        value(b, i), undefined, {numeric: true}));\n"
	"      body.append(...(down ? rows.reverse() : rows));\n"
	"    });\n"
	"  });\n"
	"  if (body.rows.length < 10) continue;\n"
	"  const label = document.createElement('label');\n"
	"  const field = document.createElement('input');\n"
	"  field.type = 'search';\n"
	"  label.className = 'note';\n"
	"  label.append('Show only rows with ', field);\n"
	"  table.parentNode.before(label);\n"
	"  field.addEventListener('input', () => {\n"
	"    const wanted = field.value.toLowerCase();\n"
	"    for (const row of body.rows)\n"
	"      row.hidden = !row.textContent.toLowerCase().includes(wanted);\n"
	"  });\n"
	"}\n";
