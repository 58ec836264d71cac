/**
Fetches Debian's docker-registry and skopeo, with the shared libraries that it lacks, for the tests against a real server: without root, without installing a package, without starting a service. Everything stays in `.cache/real-servers`. It runs before anything else of the tests, so it may import nothing but Node.
*/
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const cacheFolder = fileURLToPath(
	new URL('../.cache/real-servers/', import.meta.url),
);
const minute = 60_000;

/** What the tests run, each unpacked into a folder of its own. */
const servers = [
	{name: 'docker-registry', folder: 'root', needsLibraries: false},
	{name: 'skopeo', folder: 'skopeo', needsLibraries: true},
];

/** The folders of shared libraries below a root, as `LD_LIBRARY_PATH` lists them. */
function listLibraries(root) {
	return ['lib', 'usr/lib']
		.map(name => path.join(root, name))
		.filter(folder => fs.existsSync(folder))
		.flatMap(folder =>
			fs
				.readdirSync(folder)
				.filter(name => name.includes('-linux-'))
				.map(name => path.join(folder, name)),
		)
		.join(':');
}

/** Whether a program runs: the one below a root or, without one, the machine's own. */
function doesRun(name, root) {
	const program = root ? path.join(root, 'usr/bin', name) : name;
	const {status} = spawnSync(program, ['--version'], {
		stdio: 'ignore',
		timeout: minute,
		env: {...process.env, ...(root && {LD_LIBRARY_PATH: listLibraries(root)})},
	});
	return status === 0;
}

/** Runs a program to its end, returns what it printed and its warnings, and throws one line saying why when it fails. */
function run(program, arguments_, options = {}) {
	const {status, signal, error, stdout, stderr} = spawnSync(
		program,
		arguments_,
		{
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: 5 * minute,
			...options,
		},
	);
	if (error?.code === 'ENOENT') {
		throw new Error(`there is no ${program} on this machine`);
	}

	if (status !== 0) {
		const lastLine = stderr?.trim().split('\n').at(-1);
		const why = error?.message ?? (lastLine || signal || `exit code ${status}`);
		throw new Error(`${program} failed: ${why}`);
	}

	return {stdout, warnings: stderr};
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

/** The shared libraries that this machine lacks for a package; the rest of what a package wants is for other uses than ours. */
function listMissingLibraries(name, settings, options) {
	const {stdout} = run(
		'apt-get',
		['-c', settings, 'install', '--simulate', '--no-install-recommends', name],
		options,
	);
	return [...stdout.matchAll(/^Inst (lib[^ ]*) /gm)].map(match => match[1]);
}

/** Downloads the packages of a server into a folder, and names their files. */
function downloadPackages({name, needsLibraries}, folder) {
	const settings = writeAptSettings(folder);
	const options = {cwd: folder, env: {...process.env, LC_ALL: 'C'}};
	const {warnings} = run('apt-get', ['-c', settings, 'update'], options);
	try {
		const libraries = needsLibraries
			? listMissingLibraries(name, settings, options)
			: [];
		run('apt-get', ['-c', settings, 'download', name, ...libraries], options);
	} catch (error) {
		// An update that reached nothing still ends well, so that one broken source does no harm.
		const isUnreachable = warnings.includes('Failed to fetch');
		throw isUnreachable
			? new Error('apt-get reaches its package sources only in part or not')
			: error;
	}

	const files = fs.readdirSync(folder).filter(file => file.endsWith('.deb'));
	if (files.length === 0) {
		throw new Error(`apt-get downloaded no ${name} package`);
	}

	return files.map(file => path.join(folder, file));
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

function moveIntoPlace(unpacked, {name, folder}) {
	const root = path.join(cacheFolder, folder);
	// Another run may have been quicker; its copy is as good as ours.
	if (doesRun(name, root)) {
		return;
	}

	fs.rmSync(root, {recursive: true, force: true});
	fs.renameSync(unpacked, root);
}

function getOwnCopy(server) {
	const {name} = server;
	run('apt-get', ['--version']);
	run('dpkg', ['--version']);
	console.log(`Downloading ${name} for the tests into .cache/real-servers.`);
	fs.mkdirSync(cacheFolder, {recursive: true});
	removeLeftovers();
	const folder = fs.mkdtempSync(path.join(cacheFolder, 'download-'));
	try {
		const unpacked = path.join(folder, 'root');
		for (const file of downloadPackages(server, folder)) {
			run('dpkg', ['-x', file, unpacked]);
		}

		if (!doesRun(name, unpacked)) {
			throw new Error(`the downloaded ${name} does not run here`);
		}

		moveIntoPlace(unpacked, server);
	} finally {
		fs.rmSync(folder, {recursive: true, force: true});
	}
}

function getRealServer(server) {
	const {name, folder} = server;
	if (doesRun(name, path.join(cacheFolder, folder))) {
		return;
	}

	try {
		getOwnCopy(server);
	} catch (error) {
		if (doesRun(name)) {
			console.log(
				`Using the ${name} installed on this machine, because an own copy cannot be had: ${error.message}`,
			);
			return;
		}

		console.log(
			`skip: the tests against a real ${name} do not run: ${error.message}`,
		);
		process.exitCode = process.env.CI === 'true' ? 1 : process.exitCode;
	}
}

for (const server of servers) {
	getRealServer(server);
}
