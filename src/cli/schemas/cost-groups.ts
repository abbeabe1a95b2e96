// What `troupe cost` adds up by. A leaf: the command reads it without the schemas.

/** In the order in which they are offered. */
export const costGroups = ['day', 'persona', 'repository', 'workflow', 'model'] as const;
/** One of them. */
export type CostGroup = (typeof costGroups)[number];
