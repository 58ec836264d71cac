/**
Fetches Debian's docker-registry for the tests against a real server: without root, without installing a package, without starting a service. Everything stays in `.cache/real-servers`. It runs before anything else of the tests, so it may import nothing but Node.
*/
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const cacheFolder = fileURLToPath(
	new URL('../.cache/real-servers/', import.meta.url),
);
const rootFolder = path.join(cacheFolder, 'root');
const ownProgram = path.join(rootFolder, 'usr/bin/docker-registry');
const minute = 60_000;

function doesRun(program) {
	const {status} = spawnSync(program, ['--version'], {
		stdio: 'ignore',
		timeout: minute,
	});
	return status === 0;
}

/** Runs a program to its end, returns its warnings, and throws one line saying why when it fails. */
function run(program, arguments_, options = {}) {
	const {status, signal, error, stderr} = spawnSync(program, arguments_, {
		encoding: 'utf8',
		stdio: ['ignore', 'ignore', 'pipe'],
		timeout: 5 * minute,
		...options,
	});
	if (error?.code === 'ENOENT') {
		throw new Error(`there is no ${program} on this machine`);
	}

	if (status !== 0) {
		const lastLine = stderr?.trim().split('\n').at(-1);
		const why = error?.message ?? (lastLine || signal || `exit code ${status}`);
		throw new Error(`${program} failed: ${why}`);
	}

	return stderr;
}

/** Settings that keep apt inside one folder; where packages come from stays as this machine has it. */
function writeAptSettings(folder) {
	const settings = path.join(folder, 'apt.conf');
	for (const name of ['lists/partial', 'archives/partial']) {
		fs.mkdirSync(path.join(folder, name), {recursive: true});
	}

	const lines = [
		`Dir::State "${folder}";`,
		`Dir::State::lists "${folder}/lists";`,
		`Dir::Cache "${folder}";`,
		`Dir::Cache::archives "${folder}/archives";`,
		// Apt's own user may not enter this folder, and a normal user may not become it.
		'APT::Sandbox::User "root";',
		'Debug::NoLocking "true";',
		// What the machine does after an update is for its own lists, and needs root.
		'#clear APT::Update::Post-Invoke;',
		'#clear APT::Update::Post-Invoke-Success;',
		'Acquire::Languages "none";',
		'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
		'Acquire::Retries "2";',
		'Acquire::http::Timeout "20";',
		'Acquire::https::Timeout "20";',
	];
	fs.writeFileSync(settings, lines.join('\n') + '\n');
	return settings;
}

function downloadPackage(folder) {
	const settings = writeAptSettings(folder);
	const options = {cwd: folder, env: {...process.env, LC_ALL: 'C'}};
	const warnings = run('apt-get', ['-c', settings, 'update'], options);
	try {
		run('apt-get', ['-c', settings, 'download', 'docker-registry'], options);
	} catch (error) {
		// An update that reached nothing still ends well, so that one broken source does no harm.
		const isUnreachable = warnings.includes('Failed to fetch');
		throw isUnreachable
			? new Error('apt-get reaches its package sources only in part or not')
			: error;
	}

	const file = fs.readdirSync(folder).find(name => name.endsWith('.deb'));
	if (!file) {
		throw new Error('apt-get downloaded no docker-registry package');
	}

	return path.join(folder, file);
}

function removeLeftovers() {
	for (const name of fs.readdirSync(cacheFolder)) {
		const folder = path.join(cacheFolder, name);
		const age = Date.now() - fs.statSync(folder).mtimeMs;
		// Younger ones may belong to a run that is still going.
		if (name.startsWith('download-') && age > 30 * minute) {
			fs.rmSync(folder, {recursive: true, force: true});
		}
	}
}

function moveIntoPlace(unpacked) {
	// Another run may have been quicker; its copy is as good as ours.
	if (doesRun(ownProgram)) {
		return;
	}

	fs.rmSync(rootFolder, {recursive: true, force: true});
	fs.renameSync(unpacked, rootFolder);
}

function getOwnCopy() {
	run('apt-get', ['--version']);
	run('dpkg', ['--version']);
	console.log(
		'Downloading docker-registry for the tests into .cache/real-servers.',
	);
	fs.mkdirSync(cacheFolder, {recursive: true});
	removeLeftovers();
	const folder = fs.mkdtempSync(path.join(cacheFolder, 'download-'));
	try {
		const unpacked = path.join(folder, 'root');
		run('dpkg', ['-x', downloadPackage(folder), unpacked]);
		if (!doesRun(path.join(unpacked, 'usr/bin/docker-registry'))) {
			throw new Error('the downloaded docker-registry does not run here');
		}

		moveIntoPlace(unpacked);
	} finally {
		fs.rmSync(folder, {recursive: true, force: true});
	}
}

function getRealServers() {
	if (doesRun(ownProgram)) {
		return;
	}

	try {
		getOwnCopy();
	} catch (error) {
		if (doesRun('docker-registry')) {
			console.log(
				`Using the docker-registry installed on this machine, because an own copy cannot be had: ${error.message}`,
			);
			return;
		}

		console.log(
			`skip: the tests against a real docker-registry do not run: ${error.message}`,
		);
		process.exitCode = process.env.CI === 'true' ? 1 : 0;
	}
}

getRealServers();
