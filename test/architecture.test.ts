import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import ts from 'typescript';

const source = fileURLToPath(new URL('../source', import.meta.url));

/** What a file imports of ours, by path in `source`; outside it with `../` before it. */
type Import = {readonly target: string; readonly isTypeOnly: boolean};

type SourceFile = {
	/** In `source`, with slashes: `plan/plan.ts`. */
	readonly name: string;
	readonly text: string;
	readonly imports: readonly Import[];
};

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration) => {
	if (ts.isExportDeclaration(node)) {
		return node.isTypeOnly;
	}

	const clause = node.importClause;
	const bindings = clause?.namedBindings;
	return (
		clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
		(clause?.name === undefined &&
			bindings !== undefined &&
			ts.isNamedImports(bindings) &&
			bindings.elements.length > 0 &&
			bindings.elements.every(element => element.isTypeOnly))
	);
};

/** Specifiers of all imports, static, dynamic and of types. */
const listSpecifiers = (
	name: string,
	text: string,
): ReadonlyArray<{specifier: string; isTypeOnly: boolean}> => {
	const found: Array<{specifier: string; isTypeOnly: boolean}> = [];
	const add = (node: ts.Expression | undefined, isOnlyType: boolean): void => {
		if (node && ts.isStringLiteralLike(node)) {
			found.push({specifier: node.text, isTypeOnly: isOnlyType});
		}
	};

	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
			add(node.moduleSpecifier, isTypeOnly(node));
		} else if (
			ts.isCallExpression(node) &&
			node.expression.kind === ts.SyntaxKind.ImportKeyword
		) {
			add(node.arguments[0], false);
		} else if (
			ts.isImportTypeNode(node) &&
			ts.isLiteralTypeNode(node.argument) &&
			ts.isStringLiteral(node.argument.literal)
		) {
			add(node.argument.literal, true);
		}

		ts.forEachChild(node, visit);
	};

	visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false));
	return found;
};

const names = readdirSync(source, {recursive: true, encoding: 'utf8'})
	.map(name => name.replaceAll(path.sep, '/'))
	.filter(name => /\.(?:[cm]?[jt]sx?)$/v.test(name))
	.toSorted();

/** The file that a specifier such as `../oci/digest.js` means. */
const resolve = (from: string, specifier: string): string => {
	const joined = path.posix.join(path.posix.dirname(from), specifier);
	const stem = joined.replace(/\.js$/v, '');
	return (
		[joined, `${stem}.ts`, `${stem}.tsx`].find(name => names.includes(name)) ??
		joined
	);
};

const files: readonly SourceFile[] = names.map(name => {
	const text = readFileSync(path.join(source, name), 'utf8');
	const imports = listSpecifiers(name, text)
		.filter(({specifier}) => specifier.startsWith('.'))
		.map(({specifier, isTypeOnly: isOnlyType}) => ({
			target: resolve(name, specifier),
			isTypeOnly: isOnlyType,
		}));
	return {name, text, imports};
});

/** The folder of a file, or the file itself where it lies in no folder; `..` outside `source`. */
const areaOf = (name: string): string => name.split('/', 1).join('');

/** What each area may import besides itself; a whole area or a single file. */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
	['oci', []],
	['text', []],
	['user-error.ts', []],
	['version.ts', ['..']],
	[
		'world.ts',
		[
			'batch.ts',
			'contents.ts',
			'evidence',
			'image-files.ts',
			'oci',
			'places.ts',
			'keepers.ts',
		],
	],
	['contents.ts', []],
	['keepers.ts', []],
	// The port to the operator's own files that name images.
	['image-files.ts', ['move', 'uses/file-reading.ts']],
	// The ports to what the first screen lists.
	['places.ts', ['world.ts']],
	// What the logins and the vendors' programs of this machine know of registries, and whether these answer.
	[
		'find-places',
		[
			'http',
			'oci',
			'places.ts',
			'plan/care.ts',
			'programs',
			'registry',
			'user-error.ts',
			'world.ts',
		],
	],
	// The ports of what is kept between runs and can be read again.
	['caches.ts', ['oci']],
	// The ports of what earlier runs did.
	['batch.ts', ['contents.ts', 'oci', 'world.ts']],
	// The operator's own programs: how they are started, read and stopped.
	['programs', ['oci', 'user-error.ts']],
	['http', ['oci', 'programs', 'user-error.ts', 'version.ts']],
	// Docker Hub's own API, which registry and pulls both ask.
	['docker-hub', ['http', 'oci']],
	[
		'registry',
		[
			'caches.ts',
			'contents.ts',
			'docker-hub',
			'http',
			'oci',
			'user-error.ts',
			'world.ts',
		],
	],
	['evidence', ['oci']],
	// Which image goes where, and what that changes in a file.
	[
		'move',
		['evidence', 'oci', 'text', 'user-error.ts', 'uses/file-reading.ts'],
	],
	[
		'uses',
		['evidence', 'oci', 'text', 'user-error.ts', 'version.ts', 'world.ts'],
	],
	// Who pulled what: logs, tables of logs, counters.
	[
		'pulls',
		[
			'caches.ts',
			'docker-hub',
			'evidence',
			'http',
			'oci',
			'programs',
			'text',
			'user-error.ts',
			'version.ts',
			'world.ts',
		],
	],
	[
		'storage',
		[
			'batch.ts',
			'caches.ts',
			'contents.ts',
			'world.ts',
			'oci',
			'evidence',
			'user-error.ts',
		],
	],
	// What is sent to a registry: the one way in for undo and for copies.
	['push', ['contents.ts', 'oci', 'world.ts']],
	// Images on their way from one registry to another.
	['copy', ['contents.ts', 'oci', 'push', 'user-error.ts', 'world.ts']],
	[
		'plan',
		[
			'batch.ts',
			'evidence',
			'oci',
			'push',
			'contents.ts',
			'world.ts',
			'user-error.ts',
			'text',
		],
	],
	// What the operator's rules make of what is known.
	[
		'retention',
		['evidence', 'oci', 'plan/care.ts', 'text', 'user-error.ts', 'world.ts'],
	],
	[
		'state',
		[
			'batch.ts',
			'copy',
			'image-files.ts',
			'move',
			'plan',
			'retention',
			'evidence',
			'oci',
			'places.ts',
			'world.ts',
			'text',
		],
	],
	[
		'effects',
		[
			'batch.ts',
			'contents.ts',
			'copy',
			'image-files.ts',
			'move',
			'state',
			'plain',
			'plan',
			'retention',
			'evidence',
			'places.ts',
			'text',
			'world.ts',
			'oci',
			'user-error.ts',
		],
	],
	[
		'plain',
		[
			'batch.ts',
			'copy',
			'keepers.ts',
			'move',
			'state',
			'plan',
			'retention',
			'evidence',
			'oci',
			'text',
			'user-error.ts',
			'world.ts',
		],
	],
	['ui', ['state', 'plan', 'evidence', 'oci', 'text', 'world.ts']],
	['demo', []],
	// The parts of the readme that are written from the program.
	['build', ['commands/help-text.ts', 'ui/keymap.ts']],
	[
		'commands',
		[
			'batch.ts',
			'contents.ts',
			'copy',
			'caches.ts',
			'demo',
			'effects',
			'evidence',
			'find-places',
			'http',
			'image-files.ts',
			'move',
			'oci',
			'places.ts',
			'plain',
			'plan',
			'programs',
			'pulls',
			'registry',
			'retention',
			'state',
			'storage',
			'keepers.ts',
			'text',
			'ui',
			'user-error.ts',
			'uses',
			'version.ts',
			'world.ts',
		],
	],
	['cli.ts', ['commands', 'user-error.ts', 'version.ts', 'text']],
]);

test('every file lies in an area whose imports are ruled', t => {
	t.true(files.length > 50);
	t.deepEqual(
		files.map(({name}) => name).filter(name => !allowed.has(areaOf(name))),
		[],
	);
});

for (const [area, others] of allowed) {
	test(`${area} imports only ${others.join(', ') || 'what is not ours'}`, t => {
		const wrong = files
			.filter(({name}) => areaOf(name) === area)
			.flatMap(({name, imports}) =>
				imports
					.map(({target}) => target)
					.filter(target => areaOf(target) !== area)
					.filter(
						target =>
							!others.includes(areaOf(target)) && !others.includes(target),
					)
					.map(target => `${name} imports ${target}`),
			);
		t.deepEqual(wrong, []);
	});
}

test('every relative import leads to a file', t => {
	const lost = files.flatMap(({name, imports}) =>
		imports
			.map(({target}) => target)
			.filter(target => !names.includes(target))
			.map(target => `${name} imports ${target}`),
	);
	t.deepEqual(lost, ['version.ts imports ../package.json']);
});

test('world.ts holds types only and is imported for its types only', t => {
	const world = files.find(({name}) => name === 'world.ts');
	t.true(world?.imports.every(entry => entry.isTypeOnly));
	t.notRegex(
		world?.text ?? '',
		/^export (?:abstract|async|class|const|default|enum|function|let|var)\b/mv,
	);
	t.deepEqual(
		files
			.filter(({imports}) =>
				imports.some(entry => entry.target === 'world.ts' && !entry.isTypeOnly),
			)
			.map(({name}) => name),
		[],
	);
});

/** The first way round through imports that happen at run time. */
const findCycle = (): readonly string[] => {
	const done = new Set<string>();
	const visit = (name: string, trail: readonly string[]): readonly string[] => {
		if (trail.includes(name)) {
			return [...trail.slice(trail.indexOf(name)), name];
		}

		if (done.has(name)) {
			return [];
		}

		const file = files.find(other => other.name === name);
		for (const entry of file?.imports ?? []) {
			const cycle = entry.isTypeOnly
				? []
				: visit(entry.target, [...trail, name]);
			if (cycle.length > 0) {
				return cycle;
			}
		}

		done.add(name);
		return [];
	};

	for (const {name} of files) {
		const cycle = visit(name, []);
		if (cycle.length > 0) {
			return cycle;
		}
	}

	return [];
};

test('no files import each other in a circle', t => {
	t.deepEqual(findCycle(), []);
});

/** Whether a package, as it is imported, is one of CommonJS. */
const isCommonJs = (specifier: string): boolean => {
	const file = fileURLToPath(import.meta.resolve(specifier));
	if (/\.[cm]js$/v.test(file)) {
		return file.endsWith('.cjs');
	}

	const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1);
	const folder = path.join('node_modules', ...name);
	const end = file.lastIndexOf(folder) + folder.length;
	const text = readFileSync(
		path.join(file.slice(0, end), 'package.json'),
		'utf8',
	);
	return !/"type":\s*"module"/v.test(text);
};

test('a package of CommonJS that is imported when it is needed gives its default only: in the bundle it has no named exports', t => {
	const found = files.flatMap(({name, text}) =>
		[
			...text.matchAll(
				/(?<taken>[^;]*?)=\s*await import\(\s*'(?<specifier>[^.'][^']*)'/gv,
			),
		].map(({groups}) => ({
			name,
			taken: groups?.['taken']?.trim() ?? '',
			specifier: groups?.['specifier'] ?? '',
		})),
	);
	t.true(found.length >= 4);
	t.deepEqual(
		found.filter(
			({specifier, taken}) =>
				!specifier.startsWith('node:') &&
				isCommonJs(specifier) &&
				!/\{default: \w+\}$/v.test(taken),
		),
		[],
	);
});

/** Files in which a pattern occurs. */
const filesWith = (pattern: RegExp): string[] =>
	files.filter(({text}) => pattern.test(text)).map(({name}) => name);

test('deleteManifest is called by execute-plan only, and named by its port and implementations', t => {
	t.deepEqual(filesWith(/\.\s*deleteManifest\s*[\(.]/v), [
		'plan/execute-plan.ts',
	]);
	t.deepEqual(
		filesWith(/\bdeleteManifest\b/v).filter(
			name => !/^(?:demo|registry)\//v.test(name),
		),
		['plan/execute-plan.ts', 'world.ts'],
	);
});

test('deleteTag is called by remove-tag only, and named by its port and implementations', t => {
	t.deepEqual(filesWith(/\.\s*deleteTag\s*[\(.]/v), ['plan/remove-tag.ts']);
	t.deepEqual(
		filesWith(/\bdeleteTag\b/v).filter(
			name => !/^(?:demo|registry)\//v.test(name),
		),
		['plan/remove-tag.ts', 'world.ts'],
	);
});

test('putManifest is called by send-manifest only, and named by its port and implementations', t => {
	t.deepEqual(filesWith(/\.\s*putManifest\s*[\(.]/v), [
		'push/send-manifest.ts',
	]);
	t.deepEqual(
		filesWith(/\bputManifest\b/v).filter(
			name => !/^(?:demo|registry)\//v.test(name),
		),
		['push/send-manifest.ts', 'world.ts'],
	);
});

test('a PUT is made in the registry adapters only', t => {
	t.deepEqual(
		filesWith(/method: '(?:PUT|POST|PATCH)'/v).filter(
			name => !name.startsWith('registry/'),
		),
		// It asks for its token by a POST.
		['docker-hub/api.ts'],
	);
});

test('a DELETE is made in the registry adapters only', t => {
	t.deepEqual(
		filesWith(/method: 'DELETE'/v).filter(
			name => !name.startsWith('registry/'),
		),
		[],
	);
});

test('a plan is confirmed by confirm-plan only', t => {
	t.deepEqual(filesWith(/\bas ConfirmedPlan\b/v), ['plan/confirm-plan.ts']);
});

const outsideWorld: ReadonlyArray<readonly [string, RegExp]> = [
	['Date.now(', /\bDate\.now\b/v],
	['new Date()', /\bnew Date\(\)/v],
	['process.env', /\bprocess\.env\b/v],
	['node:fs', /['"](?:node:)?fs(?:\/promises)?['"]/v],
	['fetch(', /\bfetch\(/v],
];

for (const [title, pattern] of outsideWorld) {
	test(`${title} stays out of what decides and what draws`, t => {
		t.deepEqual(
			filesWith(pattern).filter(
				name =>
					!/^(?:cli\.ts|(?:commands|storage|http|find-places|programs|registry|uses|pulls|demo|build)\/|ui\/terminal)/v.test(
						name,
					),
			),
			[],
		);
	});
}

test('no file is longer than 400 lines', t => {
	t.deepEqual(
		files
			.map(({name, text}) => ({name, lines: text.trimEnd().split('\n').length}))
			.filter(({lines}) => lines > 400),
		[],
	);
});

test('nothing is named after a grab bag', t => {
	t.deepEqual(
		names.filter(name =>
			/(?:^|[\/.\-])(?:util|utility|utilities|helper|manager|service)s?(?=[\/.\-])/v.test(
				name,
			),
		),
		[],
	);
});
