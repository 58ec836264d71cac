/* eslint-disable ava/no-ignored-test-files -- deleting.test.ts loads it */
import dns from 'node:dns';
import test, {type ExecutionContext} from 'ava';
import {parseCommandLine} from '../../source/commands/command-line.js';
import {startCommand} from '../../source/commands/start-command.js';
import {UserError} from '../../source/user-error.js';
import {
	makeCertificate,
	silentHost,
	skip,
	startLoopback,
} from '../http/_loopback.js';
import {openMachine} from '../helpers/explorer-machine.js';
import {openApp} from '../helpers/render-app.js';
import {variables} from '../helpers/stand-in.js';

// No name server is asked: nobody knows this name.
const codes = new Map([['gone.example', 'ENOTFOUND']]);
type Done = (error: Error) => void;

const {lookup} = dns;
Object.assign(dns, {
	lookup(name: string, options: Done | dns.LookupAllOptions, done: Done) {
		const code = codes.get(name);
		if (code === undefined) {
			Reflect.apply(
				lookup,
				dns,
				done ? [name, options, done] : [name, options],
			);
		} else {
			done(Object.assign(new Error(`${name} is asked of nobody`), {code}));
		}
	},
});

type Bad = {
	readonly what: string;
	/** What is typed; `undefined` where this machine cannot. */
	readonly open: (
		t: ExecutionContext,
	) => string | undefined | Promise<string | undefined>;
	/** What is said, where `HOST` is what was typed. */
	readonly sentence: string;
	readonly exitCode: 1 | 2;
};

/** What is no address is told before anything is asked of anybody. */
const addresses: readonly Bad[] = [
	[
		'https://h.example/path?x',
		'An address of a registry has no ? and no # in it. Leave out what begins there.',
	],
	[
		'h.example/my app',
		'"h.example/my app" is no address: there is a space, or something that cannot be seen, in it.',
	],
	[
		'h.example/Shop/Cart',
		'"Shop/Cart" is no name of a repository. Names of repositories are lower case: write h.example/shop/cart.',
	],
	[
		'h.example:65536',
		'"65536" is no port. Write a number from 1 to 65535 behind the colon, or leave both out.',
	],
	['h.example:0', '"0" is no port.'],
	['nginx', '"nginx" names no host:'],
	['ftp://h.example', 'ftp:// is not how a registry is spoken to.'],
	['lab:planted@h.example', 'The address has a login in it,'],
].map(([address = '', sentence = '']) => ({
	what: JSON.stringify(address),
	open: () => address,
	sentence,
	exitCode: 2,
}));

const servers: readonly Bad[] = [
	{
		what: 'a host that does not resolve',
		open: () => 'gone.example',
		sentence:
			'No host named gone.example was found. Check the spelling and the network.',
		exitCode: 1,
	},
	{
		what: 'a port where nothing listens',
		open: () => silentHost,
		sentence: 'Nothing answers at HOST (connection refused).',
		exitCode: 1,
	},
	{
		what: 'a web page',
		async open(t) {
			const {host} = await startLoopback(t, (_request, response) => {
				response
					.writeHead(200, {'content-type': 'text/html; charset=utf-8'})
					.end('<!doctype html><title>Welcome</title>');
			});
			return host;
		},
		sentence:
			'HOST answers, but not like a registry (200, text/html; charset=utf-8 at /v2/). Check the address: jetsam needs the host that docker pushes to.',
		exitCode: 1,
	},
	{
		what: 'a server without that path',
		async open(t) {
			const {host} = await startLoopback(t, (_request, response) => {
				response.writeHead(404).end();
			});
			return host;
		},
		sentence: 'HOST answers, but not like a registry (404 at /v2/).',
		exitCode: 1,
	},
	{
		what: 'a certificate of an authority that nobody knows',
		async open(t) {
			const tls = makeCertificate();
			return (
				tls &&
				startLoopback(
					t,
					(_request, response) => {
						response.end('{}');
					},
					tls,
				).then(({host}) => host)
			);
		},
		sentence:
			'The certificate of HOST cannot be trusted. Put the certificate of its authority into ~/.docker/certs.d/HOST/ca.crt,',
		exitCode: 1,
	},
	{
		what: 'a server that speaks no https',
		async open(t) {
			const {origin} = await startLoopback(t, (_request, response) => {
				response.end('{}');
			});
			return origin.replace('http:', 'https:');
		},
		sentence: 'does not speak https.',
		exitCode: 1,
	},
];

const squeeze = (text: string): string => text.replaceAll(/\s+/g, ' ');

for (const {what, open, sentence, exitCode} of [...addresses, ...servers]) {
	test(`${what}: one sentence and ${exitCode}, and the same on the screen with a way back`, async t => {
		const address = await open(t);
		if (address === undefined) {
			skip(t, 'there is no openssl on this machine');
			return;
		}

		const told = sentence.replaceAll('HOST', address);
		const error = await t.throwsAsync(
			startCommand(parseCommandLine(['list', address]), {
				environment: variables([['KUBECONFIG', '/nowhere']]),
				isTerminal: false,
				isShown: false,
				print() {
					throw new Error('There is nothing to print');
				},
				printError() {
					throw new Error('It is told by what is thrown');
				},
			}),
			{instanceOf: UserError},
		);
		t.true(error.sentence.includes(told), `${error.sentence}`);
		t.false(error.sentence.includes('planted'));
		t.is(error.exitCode, exitCode);

		const machine = await openMachine(t);
		const app = await openApp(t, machine.run(), {columns: 160, rows: 30});
		await app.press('o');
		await app.typeText(address);
		await app.press('enter');
		t.true(squeeze(app.frame()).includes(told), `${app.frame()}`);
		await app.press('esc');
		t.true(app.frame().includes('where to?'));
		t.is(app.exitCode(), undefined);
	});
}
