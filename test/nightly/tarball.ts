/*
The packed tarball, installed into an empty folder and run there by every supported line of Node.js: help, a list without a terminal, and the explorer in a real
pseudo-terminal up to its first screen. Prints a line for each, and fails if one fails.
*/
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {openTerminal} from '../helpers/pseudo-terminal.js';

const nodeVersions = ['20.19', '22', '24', '26'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'jetsam-tarball-'));

const run = (command: string, commandArguments: readonly string[]): string =>
	execFileSync(command, commandArguments, {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});

const installTarball = (): void => {
	execFileSync('npm', ['pack', '--pack-destination', folder], {
		cwd: root,
		stdio: 'ignore',
	});
	const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
	writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n');
	run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`]);
};

const assertIncludes = (text: string, part: string): void => {
	if (!text.includes(part)) {
		throw new Error(`Expected "${part}" in:\n${text}`);
	}
};

const checkVersion = async (version: string): Promise<string> => {
	const bin = path.join(
		folder,
		'node_modules',
		'jetsam',
		'distribution',
		'cli.js',
	);
	const node = run('npx', [
		'-y',
		'-p',
		`node@${version}`,
		'node',
		'-p',
		'process.execPath',
	]).trim();
	assertIncludes(run(node, [bin, '--help']), 'Usage');
	assertIncludes(run(node, [bin, 'list', '--demo']), 'DIGEST');
	const terminal = openTerminal({
		command: node,
		arguments: [bin, '--demo', '--state', path.join(folder, 'state')],
		columns: 100,
		rows: 30,
		environment: Object.fromEntries([['HOME', folder]]),
		cwd: folder,
	});
	await terminal.waitFor('REPOSITORY');
	terminal.press('q');
	const {exitCode} = await terminal.exited;
	if (exitCode !== 0) {
		throw new Error(`The explorer ended with ${exitCode}`);
	}

	return run(node, ['--version']).trim();
};

let failed = 0;
try {
	installTarball();
	for (const version of nodeVersions) {
		try {
			console.log(`tarball on Node.js ${await checkVersion(version)}: passed`);
		} catch (error) {
			failed++;
			console.log(`tarball on Node.js ${version}: failed`);
			console.error(error);
		}
	}
} finally {
	rmSync(folder, {recursive: true, force: true});
}

console.log(`${nodeVersions.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
