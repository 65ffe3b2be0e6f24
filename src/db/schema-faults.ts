/** The two ways in which the schema of a database can fail to fit this build. */

/** The database was migrated by a newer build, whose rows this one does not know. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

/** The database lacks migrations or the function that this build commits with, and this process may not make them. */
export class OlderSchema extends Error {
  override readonly name = 'OlderSchema';
}
