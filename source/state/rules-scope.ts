import {chooseSets, type RuleSet} from '../retention/rules.js';
import type {RulesScreen} from './rules-state.js';
import type {RuleReading} from './judged.js';
import {
	findRegistry,
	findRepository,
	repositoryKey,
	type State,
} from './state.js';

/** A repository, or a registry as far as it lies at or below a prefix. */
export type RulesScope = Pick<RulesScreen, 'host' | 'repository' | 'prefix'>;

/** Names a scope. */
export const rulesPlace = ({host, repository, prefix}: RulesScope): string =>
	repository === undefined
		? `${host}/${prefix}*`
		: repositoryKey(host, repository);

/** The repositories that a new set of rules is for, as one writes them. */
export const spellScope = ({repository, prefix}: RulesScope): string =>
	repository ?? (prefix === '' ? '*' : `${prefix} ${prefix}/*`);

/** Whether a repository of the scope's registry lies in it. */
export const isInScope = (
	{repository, prefix}: RulesScope,
	name: string,
): boolean =>
	repository === undefined
		? prefix === '' || name === prefix || name.startsWith(`${prefix}/`)
		: name === repository;

/** Whether a set of rules says anything about a repository of the scope, as far as can be told without asking. */
export const isForScope = (
	set: RuleSet,
	{host, repository}: RulesScope,
): boolean =>
	repository === undefined
		? (set.registries?.includes(host) ?? true)
		: chooseSets(
				{sets: [set], allowUnknownUses: false, allowEmpty: false},
				{registry: host, repository},
			).length > 0;

/** The repositories of a scope that are known. */
export const listScope = (
	state: State,
	scope: RulesScope,
): readonly string[] =>
	scope.repository === undefined
		? (findRegistry(state, scope.host)?.repositories ?? []).filter(name =>
				isInScope(scope, name),
			)
		: [scope.repository];

/** Those that have been read to their end; all of them, or of the names given. */
export const listReadings = (
	state: State,
	scope: RulesScope,
	names = listScope(state, scope),
): readonly RuleReading[] =>
	names.flatMap(repository => {
		const {records, gaps, reading} = findRepository(
			state,
			scope.host,
			repository,
		);
		return reading.state === 'complete' && isInScope(scope, repository)
			? [{repository, records, gaps}]
			: [];
	});

/** Those that have not been read, and could be. */
export const listUnread = (
	state: State,
	scope: RulesScope,
): readonly string[] =>
	listScope(state, scope).filter(
		repository =>
			!['complete', 'failed'].includes(
				findRepository(state, scope.host, repository).reading.state,
			),
	);
