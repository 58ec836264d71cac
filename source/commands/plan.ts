import type {Digest} from '../oci/digest.js';
import type {Where} from '../oci/reference.js';
import {
	createPlanDocument,
	describeSources,
	type JudgedRepository,
} from '../plain/plan-document.js';
import {createPlanText} from '../plain/plan-text.js';
import {describeCoverage, describeMissing} from '../plain/describe-coverage.js';
import {careByRules} from '../plan/care.js';
import {
	createPlan,
	type PlannedRepository,
	planRepository,
} from '../plan/create-plan.js';
import {pickDeleting} from '../plan/deleting.js';
import {countWithin, type PullFacts} from '../plan/judge-pulls.js';
import type {UseFacts} from '../plan/judge-use.js';
import type {Plan} from '../plan/plan.js';
import {findAskedDays, type Rules} from '../retention/rules.js';
import {makeSafe, stringifySafely} from '../text/safe-text.js';
import {UserError} from '../user-error.js';
import type {Care, Mark, Registry, World} from '../world.js';
import type {Output} from './list.js';
import {type ListPulls, openPulls} from './list-pulls.js';
import {createProgress} from './progress.js';
import {findRepositories, readAll, readUses} from './read-registry.js';
import {scanRepository} from './scan-registry.js';

/** What `jetsam plan` was asked for besides the place. */
export type PlanOptions = {
	readonly where: Where;
	readonly address: string;
	readonly rules: Rules;
	readonly json: boolean;
	/** Writes the document to the file that `--out` names; `undefined` where nothing is to be written. */
	readonly write: ((text: string) => Promise<void>) | undefined;
	readonly signal: AbortSignal;
};

/**
`jetsam plan`: scans, applies the rules, and says of each digest what stays, what would go, and why. Sends nothing that changes anything.

Resolves to the exit code: 1 where anything could not be read. Throws `UserError` where nothing can be.
*/
export const plan = async (
	world: World,
	options: PlanOptions,
	output: Output,
): Promise<0 | 1> => {
	const {address, rules, signal} = options;
	const choice = await world.uses.readChoice();
	const uses = await readUses(world, {signal, choice});
	refuseWithoutUses(uses, rules);
	const registry = await world.openRegistry(address, signal);
	const pulls = await openPulls(world, registry.host, {signal});
	const care = careByRules(await world.careFor(registry.host), rules);
	const scanned = await scan(
		world,
		registry,
		{...options, uses, pulls, care},
		output,
	);
	const made = makePlan(world, {registry, ...scanned, rules, uses, care});
	const told = await pulls?.told();
	const document = createPlanDocument(made, scanned.repositories, {
		registryKind: registry.capabilities.name,
		rules,
		sources: describeSources(world.plans.named, {
			uses: choice,
			pulls: await world.pulls.readChoice(),
		}),
		uses,
		pulls: told,
		now: made.createdAt,
	});
	await options.write?.(`${stringifySafely(document)}\n`);
	output.print(
		options.json ? `${stringifySafely(document)}\n` : createPlanText(document),
	);
	const missing = describeMissing(describeCoverage({uses, pulls: told}));
	for (const sentence of [...missing, ...scanned.leftOut]) {
		output.printError(`jetsam: ${makeSafe(sentence)}\n`);
	}

	const isWhole =
		scanned.leftOut.length === 0 &&
		scanned.repositories.every(
			repository =>
				'reading' in repository && repository.reading.gaps.length === 0,
		);
	return isWhole ? 0 : 1;
};

/** A rule that nobody's use can overrule would delete what runs. */
const refuseWithoutUses = (
	{reading}: UseFacts,
	{allowUnknownUses}: Rules,
): void => {
	if (reading.sources.length === 0 && !allowUnknownUses) {
		throw new UserError(
			'There is no source of uses, so nothing says what is needed, and everything would be kept.',
			{
				remedy:
					'Name a cluster (--context NAME), a snapshot (--uses FILE), or say --allow-unknown-uses.',
				exitCode: 2,
			},
		);
	}
};

type Scan = {
	readonly repositories: readonly JudgedRepository[];
	/** Sentences on what was not listed. */
	readonly leftOut: readonly string[];
	/** What the sources of pulls told; `undefined` where there is none. */
	readonly pulls: PullFacts | undefined;
	/** By repository, planned as soon as it was read, while others still were. */
	readonly planned: ReadonlyMap<string, PlannedRepository>;
};

const scan = async (
	world: World,
	registry: Registry,
	{
		where,
		rules,
		uses,
		pulls,
		care,
		signal,
	}: Pick<PlanOptions, 'where' | 'rules' | 'signal'> & {
		readonly uses: UseFacts;
		readonly pulls: ListPulls | undefined;
		readonly care: Care;
	},
	output: Output,
): Promise<Scan> => {
	if (where.reference !== undefined) {
		throw new UserError('Rules are for repositories, not for one digest.', {
			remedy: 'Leave out the tag or the digest.',
			exitCode: 2,
		});
	}

	const leftOut: string[] = [];
	const names = await findRepositories(registry, where, {
		signal,
		onLeftOut(sentence) {
			leftOut.push(sentence);
		},
	});
	const told = new Map<string, PullFacts>();
	const planned = new Map<string, PlannedRepository>();
	const progress = createProgress(output, {
		total: names.length,
		what: 'repositories read',
	});
	try {
		const repositories = await readAll(names, async name => {
			const facts = await pulls?.factsOf(name);
			if (facts) {
				told.set(name, facts);
			}

			const scanned = await scanRepository(world, registry, {
				name,
				rules,
				uses,
				pulls: facts,
				signal,
			});
			const marked = 'reading' in scanned ? listCandidates(scanned) : [];
			if ('reading' in scanned && marked.length > 0) {
				const now = world.clock.now();
				planned.set(
					name,
					planRepository(marked, {
						registry: registry.host,
						repository: name,
						reading: scanned.reading,
						problem: undefined,
						neverTouch: care.neverTouch,
						uses,
						// What the rules were told is what the plan rests on, and is looked at again before each delete.
						pulls: countWithin(facts, findAskedDays(rules, now)),
						lifts: new Set(),
						deleting: pickDeleting(registry.capabilities),
						now,
					}),
				);
			}

			progress.advance();
			return scanned;
		});
		return {repositories, leftOut, pulls: joinPulls(told), planned};
	} finally {
		progress.end();
	}
};

/** What was told of each repository by itself, as a plan asks for it. */
const joinPulls = (
	told: ReadonlyMap<string, PullFacts>,
): PullFacts | undefined => {
	const [first] = told.values();
	return (
		first && {
			...first,
			readingOf: name =>
				told.get(name)?.readingOf(name) ?? {tallies: [], sources: []},
		}
	);
};

/** The digests of a repository that the rules let go. */
const listCandidates = ({
	verdicts,
}: Extract<JudgedRepository, {readonly reading: unknown}>): readonly Digest[] =>
	[...verdicts].flatMap(([digest, {kind}]) =>
		kind === 'candidate' ? [digest] : [],
	);

const makePlan = (
	{clock}: World,
	{
		registry,
		repositories,
		rules,
		uses,
		pulls,
		planned,
		care,
	}: Pick<Scan, 'repositories' | 'pulls' | 'planned'> & {
		readonly registry: Registry;
		readonly rules: Rules;
		readonly uses: UseFacts;
		readonly care: Care;
	},
): Plan => {
	const read = repositories.flatMap(repository =>
		'reading' in repository ? [repository] : [],
	);
	const marks = read.flatMap(repository =>
		listCandidates(repository).map((digest): Mark => ({
			registry: registry.host,
			repository: repository.name,
			digest,
		})),
	);
	const marked = new Set(marks.map(({repository}) => repository));
	const now = clock.now();
	return createPlan(marks, {
		registry: registry.host,
		readings: new Map(
			read
				.filter(({name}) => marked.has(name))
				.map(({name, reading}) => [name, reading]),
		),
		problems: new Map(),
		care,
		uses,
		planned,
		pulls: countWithin(pulls, findAskedDays(rules, now)),
		deleting: pickDeleting(registry.capabilities),
		lifts: new Set(),
		others: read
			.filter(({name}) => !marked.has(name))
			.map(({reading}) => reading),
		now,
	});
};
