// The faults of foreign containers (ZIP, tar, NumPy files, pickles): what was found where, why it is refused, and what to do.
import { bytes, type FaultRow, row } from './fault-row.ts'

const unsafe = () => 'My3DIS does not write such archives: do not unpack it with other tools before you know where it comes from.'
const damaged = () => 'Copy the file again from where it was made, and compare the sizes of both.'
const unsupported = () => 'My3DIS does not write this: write the file again with the original program, or leave it out.'
const raiseLimit = () => 'If you trust the file and the machine has the memory, open it with a higher limit.'

export const foreignFaultTable = {
  FOREIGN_NAME_ABSOLUTE: row('A member leaves the archive', (p) => `${p.path} has a member with an absolute name, ${p.member}.`, unsafe),
  FOREIGN_NAME_PARENT: row('A member leaves the archive', (p) => `${p.path} has a member that leads upward, ${p.member}.`, unsafe),
  FOREIGN_NAME_INVALID: row('A member has no usable name', (p) => `${p.path} has a member with an unusable name, ${p.member}.`, unsafe),
  FOREIGN_NAME_DUPLICATE: row(
    'Two members of one name',
    (p) => `${p.path} has the member ${p.member} twice, so it is not clear which one counts.`,
    () => 'Write the archive again from its source folder, or remove one of the two members.',
  ),
  FOREIGN_LINK: row('A member is a link', (p) => `${p.path} has a link as a member, ${p.member}, and links are not followed.`, unsafe),
  FOREIGN_MEMBER_KIND: row(
    'A member is no plain file',
    (p) => `${p.path} has a member that is neither a file nor a folder, ${p.member} (${p.kind}).`,
    unsafe,
  ),
  FOREIGN_SIZE_NEGATIVE: row('A negative size', (p) => `${p.member} in ${p.path} states a size below zero.`, damaged),
  FOREIGN_SIZE_BEYOND_FILE: row(
    'A member reaches past the end',
    (p) => `${p.member} in ${p.path} should end at byte ${p.end}; the part for members ends at ${p.size}.`,
    damaged,
  ),
  FOREIGN_MEMBER_TOO_LARGE: row(
    'A member is too large',
    (p) => `${p.member} in ${p.path} has ${bytes(p.bytes)}; at most ${bytes(p.limitBytes)} are read at once.`,
    raiseLimit,
  ),
  FOREIGN_TOO_MANY: row(
    'Too much in one archive',
    (p) => `${p.path} has ${p.found} ${p.what}; at most ${p.limit} are accepted.`,
    raiseLimit,
  ),
  FOREIGN_BOMB: row('The archive unpacks to far too much', (p) => `${p.member} in ${p.path} is a bomb: ${p.reason}.`, unsafe),
  FOREIGN_OVERLAP: row(
    'Members lie over each other',
    (p) => `${p.member} and ${p.other} in ${p.path} share bytes, as only archives do that are built to unpack without end.`,
    unsafe,
  ),
  FOREIGN_ENCRYPTED: row(
    'A member is encrypted',
    (p) => `${p.member} in ${p.path} is encrypted.`,
    () => 'Decrypt the archive with the program that made it.',
  ),
  FOREIGN_METHOD: row(
    'Unknown compression',
    (p) => `${p.member} in ${p.path} is compressed by method ${p.method}; only 0 (stored) and 8 (deflate) are read.`,
    () => 'Pack the archive again with deflate, as NumPy and Python do.',
  ),
  FOREIGN_MEMBER_MISSING: row('A member is missing', (p) => `${p.path} has no member ${p.member}.`, damaged),
  FOREIGN_CHECKSUM: row(
    'A member is damaged',
    (p) => `${p.member} in ${p.path} has the CRC ${p.found}; the archive states ${p.expected}.`,
    damaged,
  ),
  FOREIGN_ZIP_UNRECOGNISED: row('Not a ZIP archive', (p) => `${p.path} has no end record of a ZIP: it is cut, or something else.`, damaged),
  FOREIGN_ZIP_DAMAGED: row('The ZIP is damaged', (p) => `${p.path} is damaged at byte ${p.offset}: ${p.reason}.`, damaged),
  FOREIGN_TAR_DAMAGED: row('The tar is damaged', (p) => `${p.path} is damaged at byte ${p.offset}: ${p.reason}.`, damaged),
  FOREIGN_TAR_CUT: row(
    'The tar is cut',
    (p) => `${p.path} ends at byte ${p.offset}, before its end; what came before can be read.`,
    damaged,
  ),
  FOREIGN_NPY_DAMAGED: row('The array cannot be read', (p) => `${p.path} is no sound NPY file: ${p.reason}.`, damaged),
  FOREIGN_NPY_VERSION: row(
    'Unknown version of NPY',
    (p) => `${p.path} is of version ${p.version} of the NPY format; 1.0, 2.0 and 3.0 are read.`,
    unsupported,
  ),
  FOREIGN_NPY_DTYPE: row(
    'Unknown kind of numbers',
    (p) => `${p.path} holds numbers of the kind ${p.dtype}, which is not read.`,
    unsupported,
  ),
  FOREIGN_NPY_SHAPE: row('Unusable shape of an array', (p) => `${p.path} has the shape ${p.shape}: ${p.reason}.`, damaged),
  FOREIGN_NPY_CUT: row(
    'An array is cut',
    (p) => `${p.path} needs ${bytes(p.neededBytes)} for its array; ${bytes(p.foundBytes)} are there.`,
    damaged,
  ),
  FOREIGN_NPY_OBJECT: row(
    'The array holds Python objects',
    (p) => `${p.path} is an array of Python objects where one of numbers was expected.`,
    unsupported,
  ),
  FOREIGN_PICKLE_PROTOCOL: row(
    'Unknown pickle protocol',
    (p) => `${p.path} is a pickle of protocol ${p.protocol}; only 3 and 4 are read.`,
    unsupported,
  ),
  FOREIGN_PICKLE_OPCODE: row(
    'A pickle does what it must not',
    (p) => `${p.path} uses the pickle instruction ${p.opcode} at byte ${p.offset}, which is not on the list of what is read.`,
    unsafe,
  ),
  FOREIGN_PICKLE_GLOBAL: row(
    'A pickle names a program',
    (p) => `${p.path} names ${p.name} at byte ${p.offset}, which is not on the list of what is read; nothing of it was executed.`,
    unsafe,
  ),
  FOREIGN_PICKLE_LIMIT: row('A pickle is too large', (p) => `${p.path} needs more than ${p.limit} ${p.what}.`, raiseLimit),
  FOREIGN_PICKLE_DAMAGED: row('A pickle is damaged', (p) => `${p.path} is damaged at byte ${p.offset}: ${p.reason}.`, damaged),
} as const satisfies Record<string, FaultRow>
