# What the device files answer to system calls, as a JSON object: errnos by their names, or values.
# Under the device model, of the queues wq0.0 (shared, 4 entries, stuck), wq0.1 (dedicated), wq0.2
# (disabled).
import ctypes, errno, json, os, struct

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
MAP_FAILED = ctypes.c_void_p(-1).value
PROT_WRITE, MAP_SHARED = 2, 1

path = lambda queue: f"{os.environ['DSA_DEV_PATH']}/{queue}"
descriptor = lambda opcode=0, record=0: struct.pack('<IIQ48x', 0, opcode << 24, record)
answers = {}


def answer(name, call):
    try:
        answers[name] = call()
    except OSError as error:
        answers[name] = errno.errorcode[error.errno]


def checked(value, failure=-1):
    if value == failure:
        raise OSError(ctypes.get_errno(), '')
    return value


def opening(queue):
    os.close(os.open(path(queue), os.O_RDWR))


def map_(file, size=4096):
    return checked(libc.mmap(None, size, PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED)


def unmap(address):
    return checked(libc.munmap(address, 4096))


def mapping(file, size=4096):
    return unmap(map_(file, size))


def in_child(call):
    """The answer in a child of fork(), which has the file and another address space."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        answer('child', call)
        os.write(writer, json.dumps(answers['child']).encode())
        os._exit(0)
    os.wait()
    return json.loads(os.read(reader, 100))


shared, dedicated = (os.open(path(queue), os.O_RDWR) for queue in ('wq0.0', 'wq0.1'))

answer('opens a shared queue again', lambda: opening('wq0.0'))
answer('opens a dedicated queue again', lambda: opening('wq0.1'))
answer('opens a disabled queue', lambda: opening('wq0.2'))
answer('opens a dedicated queue in a child', lambda: in_child(lambda: opening('wq0.1')))

answer('maps a page', lambda: mapping(shared))
answer('maps two pages', lambda: mapping(shared, 8192))
answer('maps in a child', lambda: in_child(lambda: mapping(shared)))

answer('writes 0 bytes', lambda: os.write(shared, b''))
answer('writes 63 bytes', lambda: os.write(shared, descriptor()[:63]))
answer('writes a batch', lambda: os.write(shared, descriptor(1)))
answer('writes a misaligned record', lambda: os.write(shared, descriptor(0, 16)))
answer('writes from nowhere', lambda: checked(libc.write(shared, 4096, 64)))
answer('writes in a child', lambda: in_child(lambda: os.write(shared, descriptor())))
answer('writes one and a half', lambda: os.write(shared, descriptor() + bytes(32)))
answer('writes one, and a batch', lambda: os.write(shared, descriptor() + descriptor(1)))
answer('writes more than there is room for', lambda: os.write(shared, descriptor() * 5))
answer('writes into a full queue', lambda: os.write(shared, descriptor()))
answer('writes 100 into a dedicated queue', lambda: os.write(dedicated, descriptor() * 100))

portals = []
answer('maps what it closes then', lambda: portals.append(map_(dedicated)))
os.close(dedicated)
answer('opens a dedicated queue that is closed but mapped', lambda: opening('wq0.1'))
for portal in portals:
    unmap(portal)
answer('opens a dedicated queue that is free', lambda: opening('wq0.1'))

print(json.dumps(answers))
