// Moves a byte beyond the end of allocated memory, by a descriptor as the library never writes one:
// a sanitizer that watches the addon has to see it.
const { join } = require('node:path');
const addon = require(join(__dirname, '..', '..', 'build', 'Release', 'datamover.node'));

const { memory, address, run } = addon.createInlineRing(1);
const { layout } = addon;
const [target, source] = [new Uint8Array(4096), new Uint8Array(8192)];
const descriptor = new DataView(memory);
const offset = (name) => layout[`descriptor.${name}`];
const flags = layout['flag.RecordAddressValid'] | layout['flag.RequestRecord'];
descriptor.setUint32(offset('FlagsOpcode'), (layout['opcode.MemoryMove'] << 24) | flags, true);
descriptor.setBigUint64(offset('Record'), BigInt(address + layout.DESCRIPTOR_BYTES), true);
descriptor.setBigUint64(offset('Source'), BigInt(addon.addressOf(source)), true);
descriptor.setBigUint64(offset('Destination'), BigInt(addon.addressOf(target)), true);
descriptor.setUint32(offset('TransferSize'), target.length + 1, true);
run(0, 1);
