/**
 * How a person calls a tool of this package. In the repository the sources run as they are; elsewhere it is installed.
 */
export function toolCall(tool: 'keys' | 'verify'): string {
  return import.meta.filename.endsWith('.ts') ? `npm run ${tool} --` : `npx stock-keeper ${tool}`;
}
