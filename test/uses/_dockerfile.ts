/* eslint-disable ava/no-ignored-test-files, no-template-curly-in-string -- names.test.ts loads it; variables of Dockerfiles */
import test from 'ava';
import {readDockerfile} from '../../source/uses/dockerfile.js';
import {describeReading, listSlices} from './_describe-reading.js';

const join = (...lines: readonly string[]): string => lines.join('\n');

const noDefault = (text: string, name: string): string =>
	`${text} names an image by ${name}, which has no default here`;

const rows: ReadonlyArray<readonly [string, string, readonly string[]]> = [
	['one stage', 'FROM nginx:1', ['1 nginx:1']],
	['no file', '', []],
	['only comments', '# FROM nginx', []],
	['lower case', 'from nginx as web', ['1 web nginx']],
	['a digest', 'FROM nginx@sha256:abc', ['1 nginx@sha256:abc']],
	['scratch is no image', 'FROM scratch', []],
	[
		'a stage is no image, whatever its case',
		join('FROM a AS Base', 'FROM base', 'FROM BASE AS c'),
		['1 Base a'],
	],
	[
		'a name is a stage only behind it',
		join('FROM base', 'FROM x AS base'),
		['1 base', '2 base x'],
	],
	[
		'copies from stages, by name and number, and from images',
		join(
			'FROM a AS build',
			'FROM b',
			'COPY --from=build /x /',
			'COPY --from=0 /x /',
			'COPY --chown=1 --from=registry.acme.io/tools:1 /x /',
			'COPY --from=Build /x /',
			'COPY x --from=y /',
		),
		['1 build a', '2 b', '5 COPY --from registry.acme.io/tools:1'],
	],
	[
		'mounts from images',
		join(
			'FROM a',
			'RUN --mount=type=bind,from=busybox:1,source=/ --network=none x',
		),
		['1 a', '2 RUN --mount busybox:1'],
	],
	[
		'triggers',
		join('FROM a', 'ONBUILD COPY --from=tools:1 /x /'),
		['1 a', '2 COPY --from tools:1'],
	],
	['platforms', 'FROM --platform=$BUILDPLATFORM nginx AS web', ['1 web nginx']],
	[
		'defaults of build arguments',
		join('ARG A=1', 'ARG B="x-$A"', 'FROM r.io/${A}:$B', 'FROM n:${A}'),
		['3 ~r.io/1:x-1', '4 ~n:1'],
	],
	[
		'several arguments on a line',
		join('ARG A=1 B=2', 'FROM n:$A-$B'),
		['2 ~n:1-2'],
	],
	[
		'defaults in braces',
		join('ARG A', 'FROM n:${A:-1}', 'FROM n:${Z-${Y:-2}}', 'FROM n:${A:+3}'),
		['2 ~n:1', '3 ~n:2', `4: ${noDefault('n:${A:+3}', 'A')}`],
	],
	[
		'an alternative where there is a default',
		join('ARG A=', 'ARG B=1', 'FROM n:${B:+2}${A-x}', 'FROM n:${A:-y}'),
		['3 ~n:2', '4 ~n:y'],
	],
	[
		'an argument without a default',
		join('ARG A', 'FROM r.io/n:$A', 'FROM b'),
		['3 b', `2: ${noDefault('r.io/n:$A', 'A')}`],
	],
	[
		'an argument that nothing declares',
		'FROM $IMAGE',
		[`1: ${noDefault('$IMAGE', 'IMAGE')}`],
	],
	[
		'an argument of a stage is not known to FROM',
		join('FROM a', 'ARG X=1', 'FROM b:$X'),
		['1 a', `3: ${noDefault('b:$X', 'X')}`],
	],
	[
		'a form that no default answers',
		join('ARG A=v1', 'FROM b:${A#v}'),
		[`2: ${noDefault('b:${A#v}', 'A#v')}`],
	],
	[
		'a here-document is no Dockerfile',
		join(
			'FROM a',
			'RUN <<EOF',
			'FROM no',
			'EOF',
			'COPY <<-X /y',
			'FROM no',
			'X',
			'FROM b',
		),
		['1 a', '8 b'],
	],
	[
		'lines that go on',
		join('FROM \\', '  # a comment', '  nginx:1 \\', '  AS web'),
		['3 web nginx:1'],
	],
	['an image over two lines', join('FROM ngi\\', 'nx:1'), ['1 ~nginx:1']],
	['another escape', join('# escape=`', 'FROM `', '  nginx:1'), ['3 nginx:1']],
	[
		'the image of the builder',
		join('# syntax=docker/dockerfile:1', 'FROM a'),
		['1 syntax docker/dockerfile:1', '2 a'],
	],
	['quotes', 'FROM "nginx:1"', ['1 nginx:1']],
	[
		'FROM without an image',
		join('FROM', 'FROM a'),
		['2 a', '1: FROM names no image'],
	],
	['what is no Dockerfile', '{"this": ["is", "JSON"]}\nFROM a', ['2 a']],
];

for (const [title, text, expected] of rows) {
	for (const [ending, make] of [
		['LF', (lines: string) => lines],
		[
			'CRLF and a byte order mark',
			(lines: string) => `\uFEFF${lines.replaceAll('\n', '\r\n')}`,
		],
	] as const) {
		test(`${title}, ${ending}`, t => {
			const file = make(text);
			const reading = readDockerfile(file);
			t.deepEqual(describeReading(reading), expected);
			t.deepEqual(
				listSlices(file, reading),
				reading.references
					.filter(({isLiteral}) => isLiteral)
					.map(reference => reference.text),
			);
		});
	}
}
