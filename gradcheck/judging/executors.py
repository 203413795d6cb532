"""Verifies files on an executor of anybody's: a process pool, Dask's or MPI's, on this machine or on many.

It is sent paths, and the texts of pages; never derivations, which hold functions. It sends reports back. Files of
derivations are read where they are judged, under the same path.
"""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Executor, Future

from gradcheck.documents.arguments import InFile, UsageError, is_page
from gradcheck.judging.parallel import FileVerification
from gradcheck.judging.verification import Progress
from gradcheck.limits import Limits
from gradcheck.verdicts import DerivationReport, Problem, Verification, relative


def verified_on(
    executor: Executor, wanted: Sequence[InFile], examples: int, limits: Limits, progress: Progress
) -> Verification:
    """Have each file verified by a worker. progress: called with each derivation when its file is done.

    Raises:
        UsageError: a name stands for nothing in its file.
    """
    asked = [(one, executor.submit(verify_file, _sent(one), examples, limits)) for one in dict.fromkeys(wanted)]
    derivations: list[DerivationReport] = []
    problems: list[Problem] = []
    try:
        for one, future in asked:
            report = _result(one, future)
            derivations += report.derivations
            problems += report.problems
            for derivation in report.derivations:
                steps = len(list(derivation.steps))
                progress(derivation.name, steps, steps)
    finally:
        for _, future in asked:
            future.cancel()
    return Verification(tuple(derivations), tuple(dict.fromkeys(problems)))


def verify_file(wanted: InFile, examples: int, limits: Limits) -> Verification:
    """Verify one file, in a child of the process that this is called in, which may be a worker anywhere.

    Raises:
        UsageError: the name stands for nothing in the file.
    """
    process = multiprocessing.current_process()
    if process.daemon:  # Dask's workers are, and could have no children: ours are seen to end with their parent
        process.daemon = False
    verification = FileVerification([wanted], examples, limits, processes=1)
    verification.complete()
    return verification.report()


def _sent(wanted: InFile) -> InFile:
    """The same with the text of a page, so that its file need not be where it is judged."""
    if not is_page(wanted.file) or wanted.text is not None:
        return wanted
    try:
        return wanted._replace(text=wanted.file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return wanted  # whoever reads it says so


def _result(wanted: InFile, future: "Future[Verification]") -> Verification:
    try:
        return future.result()
    except UsageError:
        raise
    except Exception as error:  # a worker may be lost in as many ways as there are executors
        what = f"it was not judged, and its worker may be lost: {type(error).__name__}: {error}"
        cure = "run it again; gradcheck has to be installed where the executor's workers are"
        return Verification((), (Problem(relative(wanted.file), 0, what, cure),))
