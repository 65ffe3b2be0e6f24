/**
 * How a person calls a tool of this package: in its repository, where the sources run as they stand, or where it is
 * installed.
 */
export function toolCall(tool: 'keys' | 'verify'): string {
  return import.meta.filename.endsWith('.ts') ? `npm run ${tool} --` : `npx stock-keeper ${tool}`;
}
