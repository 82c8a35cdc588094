"""เงินรับฝาก, เงินประกัน, เงินรอตรวจสอบ: held for others until given back, or until it is ours."""
