/* eslint-disable ava/no-ignored-test-files -- reference.test.ts loads it */
import test from 'ava';
import fc from 'fast-check';
import {hideLogin} from '../../source/oci/explain-address.js';
import {readAddress} from '../../source/registry/read-address.js';
import {UserError} from '../../source/user-error.js';

const digest = `sha256:${'a'.repeat(64)}`;

/** Addresses that are none, with what is said of them. */
const faults: ReadonlyArray<
	readonly [address: string, message: string, remedy: RegExp]
> = [
	['', 'The address is empty.', /registry\.example\.com/],
	[' \t', 'The address is empty.', /127\.0\.0\.1:5000/],
	['/', '"/" names no host.', /^Write a host/],
	['https:///app', '"https:///app" names no host.', /^Write a host/],
	['//h.example/app', '"//h.example/app" names no host.', /^Write a host/],
	[
		'http://lab:secret@127.0.0.1:5000/app',
		'The address has a login in it, which every program on this machine can read.',
		/^Write 127\.0\.0\.1:5000, and log in by docker login 127\.0\.0\.1:5000\.$/,
	],
	[
		'lab:secret@h.example',
		'The address has a login in it, which every program on this machine can read.',
		/^Write h\.example, and/,
	],
	[
		'https://secret@-/app',
		'The address has a login in it, which every program on this machine can read.',
		/^Leave it out, and/,
	],
	[
		'https://lab:secret/with/slashes@h.example',
		'The address has an @ that no digest follows.',
		/^A digest is sha256:/,
	],
	[
		'h.example/app@latest',
		'The address has an @ that no digest follows.',
		/64 characters/,
	],
	[
		'https://h.example/app?token=secret',
		'An address of a registry has no ? and no # in it.',
		/^Leave out/,
	],
	[
		'h.example/app#secret',
		'An address of a registry has no ? and no # in it.',
		/^Leave out/,
	],
	[
		'h.example/app name',
		'"h.example/app name" is no address: there is a space, or something that cannot be seen, in it.',
		/^Write a host/,
	],
	[
		'h.example/\u001B[31mapp',
		'"h.example/\u001B[31mapp" is no address: there is a space, or something that cannot be seen, in it.',
		/^Write a host/,
	],
	[
		'h.example/ap\u200Bp',
		'"h.example/ap\u200Bp" is no address: there is a space, or something that cannot be seen, in it.',
		/^Write a host/,
	],
	[
		'docker://h.example/app',
		'docker:// is not how a registry is spoken to.',
		/^Leave it out/,
	],
	['ftp://h.example', 'ftp:// is not how a registry is spoken to.', /https/],
	[
		'nginx',
		'"nginx" names no host: before the first slash there is neither a dot nor a port.',
		/^Write docker\.io\/library\/nginx if .* https:\/\/nginx if nginx is a host\.$/,
	],
	[
		'grafana/grafana:11',
		'"grafana/grafana:11" names no host: before the first slash there is neither a dot nor a port.',
		/^Write docker\.io(?:\/grafana){2}:1{2} if/,
	],
	[
		'nginx:latest',
		'"nginx:latest" names no host: before the first slash there is neither a dot nor a port.',
		/^Write docker\.io\/library\/nginx:latest if/,
	],
	['h.example:', 'The port of h.example is missing.', /^Write a number/],
	['h.example:0', '"0" is no port.', /from 1 to 65535/],
	['h.example:65536/app', '"65536" is no port.', /from 1 to 65535/],
	['h.example:5000:5001', '"5001" is no port.', /^Write a number/],
	['[::1]:99999', '"99999" is no port.', /^Write a number/],
	['::1', '"::1" is no host with a port.', /in brackets: \[::1]:5000\.$/],
	['[::1', '"[::1" is no host with a port.', /in brackets/],
	['-h.example', '"-h.example" is no host.', /^Write a host/],
	['h..example', '"h..example" is no host.', /^Write a host/],
	[
		`h.example@${digest}`,
		`"h.example@${digest}" names a digest, but no repository.`,
		/^Write a host/,
	],
	[
		'H.example/UPPER/App',
		'"UPPER/App" is no name of a repository.',
		/lower case: write H\.example\/upper\/app\.$/,
	],
	['h.example//app', '"/app" is no name of a repository.', /^A name is/],
	[
		'h.example/app/../../v2/_catalog',
		'"app/../../v2/_catalog" is no name of a repository.',
		/^A name is/,
	],
	[
		'h.example/%2e%2e/app',
		'"%2e%2e/app" is no name of a repository.',
		/^A name is/,
	],
	[
		`h.example/${'a'.repeat(256)}`,
		`"${'a'.repeat(100)}…" is no name of a repository.`,
		/^A name is/,
	],
	['h.example/app:', 'The tag of "app" is missing.', /^A tag is up to 128/],
	['h.example/app:-tag', '"-tag" is no tag.', /^A tag is up to 128/],
	[
		'h.example/app@sha256:abc',
		'"app@sha256:abc" names no repository with a digest behind it.',
		/64 characters/,
	],
	[
		`h.example/@${digest}`,
		`"@${digest}" names no repository with a digest behind it.`,
		/64 characters/,
	],
];

for (const [address, message, remedy] of faults) {
	test(`a bad address is one sentence: ${JSON.stringify(address.slice(0, 60))}`, t => {
		const error = t.throws(() => readAddress(address), {
			instanceOf: UserError,
			message,
		});
		t.is(error?.exitCode, 2);
		t.regex(error?.remedy ?? '', remedy);
		t.false(error?.sentence.includes('secret'));
	});
}

test('whatever is written is a place or wrong usage, and no login in it is repeated', t => {
	const part = fc.oneof(
		fc.string({unit: 'grapheme', maxLength: 8}),
		fc.constantFrom('/', ':', '.', '[', '://', '\n', 'h.example', digest),
	);
	const text = fc.array(part, {maxLength: 8}).map(parts => parts.join(''));
	t.notThrows(() => {
		fc.assert(
			fc.property(text, text, (before, after) => {
				// What stands before a digest is a name.
				fc.pre(!/sha\d+:/i.test(before + after));
				for (const address of [
					before,
					`${before}PLANTED@${after}`,
					`https://lab:PLANTED${before}@${after}`,
				]) {
					try {
						readAddress(address);
					} catch (error) {
						if (!(error instanceof UserError) || error.exitCode !== 2) {
							return false;
						}

						if (
							error.sentence.includes('PLANTED') &&
							!/planted@sha\d+:/i.test(address)
						) {
							return false;
						}
					}
				}

				return true;
			}),
		);
	});
});

test('an address is repeated without the login in it', t => {
	t.is(hideLogin('https://lab:a@b@h.example/app'), 'https://…@h.example/app');
	t.is(hideLogin('lab:secret@h.example'), '…@h.example');
	t.is(hideLogin('h.example/app'), 'h.example/app');
	t.is(hideLogin(`h.example/app@${digest}`), `h.example/app@${digest}`);
});
